/** What a family of images stands for: a row of the table for each, in a file of its own. */
import type { Behaviour } from '../../../experiment/behaviour.ts';
import type { App, Container } from '../model.ts';

/** What a family is recognized by. */
export type Image = Pick<Container, 'image' | 'command' | 'args' | 'env'>;

/** What a container was understood as. Times are those of the manifests, not shrunk. */
export interface Understood {
  readonly app: App;
  /** Whether it is the project's own program: it has its container's variables as they stand. */
  readonly own?: true;
  /** Otherwise the variables that our app is told in its place (apps/contract.ts). */
  readonly env?: Readonly<Record<string, string>>;
  /** How the server behaves where nobody says otherwise. */
  readonly behaviour?: Behaviour;
  /** Whether people send from it, by a command that they type in it. */
  readonly sends?: true;
  /** What was understood, to be read after the image's name; unset for the project's own. */
  readonly said?: string;
}

export interface ImageFamily {
  /** @param name the last part of the image's name, without its tag */
  readonly isMeant: (name: string, image: Image) => boolean;
  readonly understand: (name: string, image: Image) => Understood;
}
