/** hashicorp/http-echo: one text for every path. */
import type { ImageFamily } from './image.ts';

const STATUS = /^--?status-code(?:=(\d+))?$/;

export const httpEcho: ImageFamily = {
  isMeant: (name) => name === 'http-echo',
  understand: (_, { command, args }) => {
    const words = [...command, ...args];
    const at = words.findIndex((word) => STATUS.test(word));
    const status = Number(STATUS.exec(words[at] ?? '')?.[1] ?? words[at + 1] ?? 200);
    const isUsual = at < 0 || !(status >= 200 && status <= 599) || status === 200;
    return {
      app: 'server',
      behaviour: {
        serviceTime: '0s',
        ...(!isUsual && { errors: [{ share: 1, status, from: '0s' }] }),
      },
      said: `is http-echo: every path answers ${isUsual ? 200 : status} at once`,
    };
  },
};
