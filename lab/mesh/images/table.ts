/** The images that are known, and what each stands for; the first row that is meant decides. */
import { imageName } from '../containers.ts';
import { bookinfo } from './bookinfo.ts';
import { fakeService } from './fakeService.ts';
import { httpbin } from './httpbin.ts';
import { httpEcho } from './httpEcho.ts';
import { loadTool, script, seedClient } from './clients.ts';
import { idle } from './idle.ts';
import type { Image, ImageFamily, Understood } from './image.ts';
import { istioTutorial } from './istioTutorial.ts';
import { own, renamedClient } from './own.ts';
import { pyServer } from './pyServer.ts';

const FAMILIES: readonly ImageFamily[] = [
  ...[own, renamedClient],
  ...[bookinfo, fakeService, httpbin, httpEcho, istioTutorial, pyServer],
  ...[seedClient, loadTool, script],
  idle,
];

/** What a container's image stands for; undefined where it is not known. */
export function understood(image: Image): Understood | undefined {
  const name = imageName(image.image);
  return FAMILIES.find((family) => family.isMeant(name, image))?.understand(name, image);
}
