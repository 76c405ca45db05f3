/** The tree of a template. */
import type { Position } from './tokens.ts';

export type Value =
  | { readonly type: 'string'; readonly value: string }
  /** 64 bits, as Go's int. */
  | { readonly type: 'int'; readonly value: bigint }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean };

export type ValueType = Value['type'];

export type Operator =
  | '||'
  | '&&'
  | '=='
  | '!='
  | '>'
  | '>='
  | '<'
  | '<='
  | '+'
  | '-'
  | '*'
  | '/'
  | '%';

export type Node = { readonly at: Position } & (
  | { readonly kind: 'value'; readonly value: Value }
  /** Texts and expressions, one after the other. */
  | { readonly kind: 'output'; readonly parts: readonly Node[] }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Node[] }
  | { readonly kind: 'index'; readonly name: string; readonly key: Node }
  | {
      readonly kind: 'binary';
      readonly operator: Operator;
      readonly left: Node;
      readonly right: Node;
    }
  | {
      readonly kind: 'conditional';
      readonly condition: Node;
      readonly yes: Node;
      readonly no: Node;
    }
);
