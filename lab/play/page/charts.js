/** The live charts, by uPlot: outcomes as stacked bars, each breaker's lines against its limits. */
import uPlot from './uplot.js';

/** A colour of the style sheet, as a canvas takes it. */
function colour(name) {
  const probe = document.createElement('span');
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

const FONT = '12px system-ui, "Segoe UI", "Liberation Sans", Arial, sans-serif';

function axis(more = {}) {
  return {
    font: FONT,
    stroke: colour('soft'),
    grid: { stroke: colour('line'), width: 1 },
    ticks: { stroke: colour('line'), width: 1, size: 4 },
    ...more,
  };
}

const wholes = (_, splits) => splits.map((one) => (Number.isInteger(one) ? String(one) : ''));

/** A chart as wide as its place is, made anew where its shape changes. */
class Chart {
  #place;
  #height;
  #plot;
  #options;
  #data;

  constructor(place, height) {
    this.#place = place;
    this.#height = height;
    new ResizeObserver(() => this.#plot?.setSize(this.#size())).observe(place);
  }

  /** @param options makes those of uPlot, with the colours of the moment */
  show(options, data) {
    this.#data = data;
    if (this.#plot === undefined) {
      this.#options = options;
      this.redraw();
    } else {
      this.#plot.setData(data);
    }
  }

  redraw() {
    if (this.#options === undefined) return;
    this.#plot?.destroy();
    const common = { legend: { show: false }, cursor: { show: false }, ...this.#size() };
    this.#plot = new uPlot({ ...common, ...this.#options() }, this.#data, this.#place);
  }

  #size() {
    return { width: Math.max(200, this.#place.clientWidth), height: this.#height };
  }
}

const KINDS = [...document.querySelectorAll('.legend [data-kind]')].map((item) => ({
  name: item.dataset.kind,
  title: item.textContent.trim(),
  item,
}));

/** As many bars as a person can tell apart. */
const MOST_BARS = 40;

export class Outcomes {
  #place;
  #chart;

  constructor(place) {
    this.#place = place;
    this.#chart = new Chart(place, 220);
  }

  show(buckets) {
    const last = buckets.at(-1);
    const shown = buckets.filter((one) => one.inBatches === last?.inBatches).slice(-MOST_BARS);
    for (const { name, item } of KINDS) item.hidden = !shown.some((one) => one.kinds[name] > 0);
    let below = shown.map(() => 0);
    const stacked = KINDS.map(({ name }) => {
      below = below.map((sum, index) => sum + (shown[index].kinds[name] ?? 0));
      return below;
    });
    // The highest is drawn first, and what is below it over it.
    this.#chart.show(() => this.#options(), [shown.map(({ at }) => at), ...stacked.toReversed()]);
    if (last !== undefined) {
      const what = last.inBatches ? `Batch ${last.at}` : `Second ${last.at}`;
      const counts = Object.entries(last.outcomes).map(([word, count]) => `${count} ${word}`);
      this.#place.setAttribute('aria-label', `${what}: ${counts.join(', ')}`);
    }
  }

  redraw() {
    this.#chart.redraw();
  }

  #options() {
    const bars = uPlot.paths.bars({ size: [0.8, 28], align: 0 });
    return {
      scales: {
        x: {
          time: false,
          range: (_, least, most) => {
            const end = Math.max(most ?? 1, (least ?? 1) + 9);
            return [(least ?? 1) - 0.7, end + 0.7];
          },
        },
        y: { range: (_, __, most) => [0, Math.max(1, Math.ceil((most ?? 0) * 1.05))] },
      },
      axes: [
        axis({ values: wholes, grid: { show: false }, size: 28 }),
        axis({ values: wholes, size: 40 }),
      ],
      series: [
        {},
        ...KINDS.toReversed().map(({ name }) => ({
          fill: colour(name),
          stroke: colour('paper'),
          width: 1,
          paths: bars,
          points: { show: false },
        })),
      ],
    };
  }
}

/** Looked back upon, in ms. */
const BACK_MS = 60_000;
/** A limit that is further away is told and not drawn. */
const NEAR = 4;
const UNLIMITED = 4_294_967_295;

export class Breakers {
  #place;
  #panels = new Map();

  constructor(place) {
    this.#place = place;
  }

  show({ atMs, proxies }) {
    const seen = new Set();
    for (const proxy of proxies) {
      for (const cluster of proxy.clusters) {
        const id = `${proxy.pod} ${proxy.role} ${cluster.name}`;
        seen.add(id);
        if (!this.#panels.has(id)) this.#panels.set(id, new Panel(this.#place));
        this.#panels.get(id).show(atMs, proxy, cluster);
      }
    }
    for (const [id, panel] of this.#panels) {
      if (seen.has(id)) continue;
      panel.remove();
      this.#panels.delete(id);
    }
  }

  redraw() {
    for (const panel of this.#panels.values()) panel.redraw();
  }
}

class Panel {
  #figure = document.createElement('figure');
  #caption = document.createElement('figcaption');
  #plot = document.createElement('div');
  #chart;
  #readings = [];

  constructor(place) {
    this.#plot.className = 'plot';
    this.#plot.setAttribute('role', 'img');
    this.#figure.append(this.#caption, this.#plot);
    place.append(this.#figure);
    this.#chart = new Chart(this.#plot, 120);
  }

  show(atMs, proxy, cluster) {
    const { limits, connections, pending, overflows } = cluster;
    this.#readings.push({ atMs, connections, pending, limits });
    this.#readings = this.#readings.filter((one) => one.atMs > atMs - BACK_MS);
    const of = (limit) => (limit === UNLIMITED ? 'no limit' : `of ${limit}`);
    const told =
      `connections ${connections} ${of(limits.max_connections)}, ` +
      `waiting ${pending} ${of(limits.max_pending_requests)}, refused ${overflows}`;
    const pod = document.createElement('b');
    pod.textContent = proxy.pod.slice(proxy.pod.indexOf('/') + 1);
    const where = document.createElement('span');
    where.textContent = ` ${cluster.name}, Envoy's process ${proxy.pid}`;
    const figures = document.createElement('div');
    figures.textContent = told;
    this.#figure.dataset.pod = proxy.pod;
    this.#figure.dataset.pid = proxy.pid;
    this.#figure.dataset.maxConnections = limits.max_connections;
    this.#caption.replaceChildren(pod, where, figures);
    this.#plot.setAttribute('aria-label', `${proxy.pod} ${cluster.name}: ${told}`);
    this.#draw(atMs);
  }

  #draw(nowMs) {
    const all = this.#readings;
    const top = Math.max(3, ...all.map((one) => Math.max(one.connections, one.pending)));
    const near = (limit) => (limit <= top * NEAR ? limit : null);
    const ago = all.map((one) => (one.atMs - nowMs) / 1000);
    this.#chart.show(
      () => this.#options(),
      [
        ago,
        all.map((one) => near(one.limits.max_connections)),
        all.map((one) => near(one.limits.max_pending_requests)),
        all.map((one) => one.connections),
        all.map((one) => one.pending),
      ],
    );
  }

  redraw() {
    this.#chart.redraw();
  }

  remove() {
    this.#figure.remove();
  }

  #options() {
    const step = uPlot.paths.stepped({ align: 1 });
    const line = (name, more) => ({
      ...{ stroke: colour(name), width: 2, paths: step, points: { show: false } },
      ...more,
    });
    const dashed = { dash: [6, 4], width: 1.5 };
    return {
      scales: {
        x: { time: false, range: () => [-BACK_MS / 1000, 0] },
        y: { range: (_, __, most) => [0, Math.max(2, Math.ceil((most ?? 0) * 1.15))] },
      },
      axes: [
        axis({
          values: (_, splits) => splits.map((one) => (one === 0 ? 'now' : `${one} s`)),
          size: 26,
          grid: { show: false },
        }),
        axis({ values: wholes, size: 36 }),
      ],
      series: [
        {},
        line('connections', dashed),
        line('pending', dashed),
        line('connections', {}),
        line('pending', {}),
      ],
    };
  }
}
