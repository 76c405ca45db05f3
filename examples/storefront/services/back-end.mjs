// A back end of the shop: says the price of things.     node back-end.mjs NAME PORT
import http from 'node:http';

const [name, port] = process.argv.slice(2);

const server = http.createServer((request, response) => {
  if (request.url === '/health') {
    response.end('healthy\n');
    return;
  }
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ servedBy: name, price: 42 }));
});
server.listen(Number(port), '127.0.0.1', () => console.log(`${name} listens on ${port}`));
process.once('SIGTERM', () => server.close());
