/** Where in the objects something stands. */

export type Path = readonly (string | number)[];

/** A field of an object that the rules know by its kind, namespace and name. */
export interface Place {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Of the field, whether it is there or not. */
  readonly path: Path;
}
