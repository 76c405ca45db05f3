/**
 * The test oracle (HCL's Go parser compiled to JavaScript) ships no types. An unreadable source
 * gives "unable to ...".
 */
declare module 'js-hcl-parser' {
  const HCL: { parse(source: string): string };
  export default HCL;
}
