/** The services of redhat-scholars' Istio tutorial: customer calls preference calls recommendation. */
import type { Behaviour } from '../../../experiment/behaviour.ts';
import type { ImageFamily } from './image.ts';

const IMAGE = /^istio-tutorial-(customer|preference|recommendation)$/;
const CALLED: Readonly<Record<string, string>> = {
  customer: 'preference:8080',
  preference: 'recommendation:8080',
};
/** A tag of its slow version ends so. */
const SLOW = /-timeout(@|$)/;

export const istioTutorial: ImageFamily = {
  isMeant: (name) => IMAGE.test(name),
  understand: (name, { image }) => {
    const [, service = ''] = IMAGE.exec(name) ?? [];
    const called = CALLED[service];
    const serviceTime = SLOW.test(image) ? '3s' : '0s';
    const behaviour: Behaviour = {
      serviceTime,
      ...(called !== undefined && { calls: [called], callErrorStatus: 503 }),
    };
    const said =
      called === undefined
        ? `answers 200 ${serviceTime === '0s' ? 'at once' : `after ${serviceTime}`}`
        : `calls ${called.split(':')[0] ?? ''}, and answers 503 where that fails`;
    return { app: 'server', behaviour, said: `is ${service} of the Istio tutorial: ${said}` };
  },
};
