/**
 * Charts as SVG, drawn without a browser. It loads all of Vega, a third of a second: to be imported
 * where a chart is asked for, not before.
 */
import { Error as ErrorsOnly, logger, parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

/** A Vega-Lite specification, its data in it, as one SVG document. */
export async function svgOf(spec: TopLevelSpec): Promise<string> {
  // Its warnings would go to standard output's neighbour, among the progress.
  const quiet = logger(ErrorsOnly);
  const view = new View(parse(compile(spec, { logger: quiet }).spec), {
    renderer: 'none',
    logger: quiet,
  });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
