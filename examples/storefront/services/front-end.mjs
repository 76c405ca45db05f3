// The shop's front end: asks a back end for the price, through HAProxy.
//
//   node front-end.mjs PORT PRICES_URL AGENT_URL
//
// It tells the agent that it lives (a TTL check) as long as it is well. SIGUSR1 makes it fall silent, SIGUSR2 lets it go on.
import http from 'node:http';

const HEARTBEAT_MS = 500;
const PRICES_LIMIT_MS = 5_000;
const [port, pricesURL, agentURL] = process.argv.slice(2);
let silent = false;

/** @returns the body of the back end's answer. A connection for each request: an old one would pin a back end. */
function fetchPrice() {
  return new Promise((resolve, reject) => {
    const request = http.get(pricesURL, { agent: false, timeout: PRICES_LIMIT_MS }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text) => (body += text));
      response.once('error', reject);
      response.once('end', () =>
        response.statusCode === 200
          ? resolve(body)
          : reject(new Error(`prices: ${response.statusCode}`)),
      );
    });
    request.once('timeout', () => request.destroy(new Error('prices: no answer')));
    request.once('error', reject);
  });
}

const server = http.createServer((_request, response) => {
  fetchPrice().then(
    (body) => response.setHeader('content-type', 'application/json').end(body),
    (error) => response.writeHead(502).end(`${error.message}\n`),
  );
});
server.listen(Number(port), '127.0.0.1', () => console.log(`the front end listens on ${port}`));

async function beat() {
  if (silent) return;
  const answer = await fetch(`${agentURL}/v1/agent/check/pass/storefront-heartbeat`, {
    method: 'PUT',
  });
  if (!answer.ok) console.error(`heartbeat: ${answer.status} ${await answer.text()}`);
}

const heart = setInterval(() => {
  beat().catch((error) => console.error(`heartbeat: ${error.message}`));
}, HEARTBEAT_MS);
process.on('SIGUSR1', () => (silent = true));
process.on('SIGUSR2', () => (silent = false));
process.once('SIGTERM', () => {
  clearInterval(heart);
  server.close();
});
