/** The tree of an expression, before it is checked against a row type. */

export type MatchOperator =
  | 'Equal'
  | 'Not Equal'
  | 'In'
  | 'Not In'
  | 'Is Empty'
  | 'Is Not Empty'
  | 'Matches'
  | 'Not Matches';

/** `contains` is `In` with its sides exchanged; the tree does not tell them apart, nor do Consul's errors. */
export interface MatchNode {
  type: 'match';
  /** At least one part; `Meta["a-b"].c` is three. */
  selector: string[];
  operator: MatchOperator;
  /** Absent for the two emptiness operators. */
  value?: string;
}

export interface NotNode {
  type: 'not';
  operand: ExpressionNode;
}

/** A run of equal operators is one node, so a long chain costs no stack. */
export interface ChainNode {
  type: 'and' | 'or';
  operands: ExpressionNode[];
}

export type ExpressionNode = MatchNode | NotNode | ChainNode;
