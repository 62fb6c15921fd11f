/** Pods that only wait for somebody to type a command in them. */
import type { ImageFamily } from './image.ts';

const TOOLBOXES = new Set(['curl', 'curl-ssl', 'busybox', 'netshoot', 'sleep', 'pause', 'alpine']);
/** Those of them that people use to send requests. */
const SENDS = new Set(['curl', 'curl-ssl', 'netshoot', 'sleep']);
const WAITS = /^(?:.*\/)?(?:sleep|tail)$/;

export const idle: ImageFamily = {
  isMeant: (name, { command, args }) =>
    TOOLBOXES.has(name) || WAITS.test([...command, ...args][0] ?? ''),
  understand: (name) => ({
    app: 'idle',
    ...(SENDS.has(name) && { sends: true }),
    said: 'only waits: it sends nothing and answers nothing',
  }),
};
