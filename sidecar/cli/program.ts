/** The program's name, in usage lines and messages. */
export const PROGRAM = 'lictor';
