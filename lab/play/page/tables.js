/** The tables: the last counts, predicted beside seen, the endpoints, what was done. */

function element(name, text, more = {}) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  return Object.assign(made, more);
}

const shortName = (pod) => pod.slice(pod.indexOf('/') + 1);
const head = (text) => element('th', text, { scope: 'col' });

/** Rows of the last counts. */
const MOST_ROWS = 8;

const FAULTS = {
  none: 'does its work',
  failing: 'answers 502',
  slow: 'takes five times as long',
  killed: 'is killed',
};

export class Tables {
  #act;
  #counts = document.getElementById('counts');
  #beside = document.getElementById('beside');
  #besideNote = document.getElementById('beside-note');
  #endpoints = document.getElementById('endpoints');
  #said = document.getElementById('said');
  #rows = new Map();

  constructor(act) {
    this.#act = act;
  }

  showState(state) {
    const pods = state.servers.map(({ pod }) => pod);
    if (pods.join() !== [...this.#rows.keys()].join()) this.#makeRows(pods);
    for (const { pod, fault } of state.servers) {
      const { select } = this.#rows.get(pod);
      if (document.activeElement !== select || select.value !== fault) select.value = fault;
    }
    this.#said.replaceChildren(...state.said.map(({ text }) => element('li', text)).reverse());
  }

  showMoment({ buckets, beside, proxies }, state) {
    if (state === undefined) return;
    this.#showCounts(buckets, state.said);
    this.#showBeside(beside);
    this.#showEndpoints(proxies, state.servers);
  }

  #showCounts(buckets, said) {
    const shown = buckets.slice(-MOST_ROWS);
    const words = [...new Set(shown.flatMap(({ outcomes }) => Object.keys(outcomes)))].sort(
      byOutcome,
    );
    const title = buckets.at(-1)?.inBatches === false ? 'second' : 'batch';
    const caption = element(
      'caption',
      'Answers by whole service times; the rest by who refused them, and why. The latest first.',
    );
    const body = shown.toReversed().map((one, index, all) => {
      const before = all[index + 1];
      const isTurned = before !== undefined && before.epoch !== one.epoch;
      const row = element('tr', undefined, {
        className: [isTurned ? 'turned' : '', one.isDone ? 'done' : 'open'].join(' ').trim(),
      });
      row.dataset.at = one.at;
      const first = element('th', String(one.at), { scope: 'row' });
      const what = said.filter(
        ({ epoch }) => isTurned && epoch > before.epoch && epoch <= one.epoch,
      );
      if (what.length > 0) first.append(element('small', what.map(({ text }) => text).join('; ')));
      row.append(first);
      for (const word of words) {
        const cell = element('td', String(one.outcomes[word] ?? '·'));
        cell.dataset.outcome = word;
        row.append(cell);
      }
      return row;
    });
    this.#fill(this.#counts, caption, [title, ...words], body);
  }

  #showBeside({ rows, seen, of, problem }) {
    const unit = of === 'a batch' ? 'batches' : 'seconds';
    this.#besideNote.textContent =
      problem !== undefined
        ? `Not predicted: ${problem}.`
        : `For the settings as they are: the median of ${of}, and the range of 95 % of simulated ones. ` +
          (seen === 0
            ? `${unit === 'batches' ? 'Batches' : 'Seconds'} whose pools still grow after a change are not counted.`
            : `Seen: the mean of the last ${seen} ${unit}.`);
    const body = rows.map(({ outcome, predicted, seen: mean }) => {
      const row = element('tr');
      row.append(element('th', outcome, { scope: 'row' }));
      row.append(element('td', predicted), element('td', mean));
      return row;
    });
    const caption = element(
      'caption',
      of === 'a batch' ? 'Requests of a batch' : 'Of all requests',
    );
    this.#fill(this.#beside, caption, ['outcome', 'predicted', 'seen'], body);
  }

  #fill(table, caption, heads, rows) {
    const row = element('tr');
    row.append(...heads.map(head));
    const top = element('thead');
    top.append(row);
    const body = element('tbody');
    body.append(...rows);
    table.replaceChildren(caption, top, body);
  }

  #makeRows(pods) {
    this.#rows.clear();
    const rows = pods.map((pod) => {
      const row = element('tr');
      row.dataset.pod = pod;
      const state = element('td');
      const work = element('td');
      const select = element('select');
      select.setAttribute('aria-label', `What ${shortName(pod)} does`);
      for (const [value, text] of Object.entries(FAULTS)) {
        select.append(element('option', text, { value }));
      }
      select.addEventListener('change', () => {
        this.#act({ do: 'fault', pod, fault: select.value });
      });
      const told = element('td');
      told.append(select);
      row.append(element('th', shortName(pod), { scope: 'row' }), told, state, work);
      this.#rows.set(pod, { state, work, select });
      return row;
    });
    const caption = element('caption', 'As the proxies that call them see them');
    this.#fill(this.#endpoints, caption, ['endpoint', 'what it does', 'state', 'at work'], rows);
  }

  #showEndpoints(proxies, servers) {
    const calls = proxies.flatMap(({ pod: caller, clusters }) =>
      clusters
        .filter(({ name }) => !name.startsWith('inbound|'))
        .flatMap(({ endpoints }) => endpoints.map((one) => ({ ...one, caller }))),
    );
    for (const { pod, fault } of servers) {
      const { state, work } = this.#rows.get(pod);
      const own = calls.filter((one) => one.pod === pod);
      const by = [
        ...new Set(own.filter(({ ejected }) => ejected).map(({ caller }) => shortName(caller))),
      ];
      const words = [
        ...(fault === 'killed' ? ['killed'] : []),
        ...(by.length > 0 ? [`ejected by ${by.join(', ')}`] : []),
      ];
      state.textContent = words.join(', ') || 'in use';
      state.className =
        fault === 'killed' ? 'state-killed' : by.length > 0 ? 'state-ejected' : 'state-well';
      const sum = (field) => own.reduce((total, one) => total + one[field], 0);
      work.textContent = `${sum('requests')} requests on ${sum('connections')} connections`;
    }
  }
}

/** Answers first, the fastest first; then what was refused, by name; the application's own errors last. */
function byOutcome(a, b) {
  const rank = (word) => {
    const [kind, rest] = word.split('/');
    if (kind === 'answered') return Number(rest);
    return kind === 'status' ? Infinity : Number.MAX_SAFE_INTEGER;
  };
  const [first, second] = [rank(a), rank(b)];
  if (first !== second) return first < second ? -1 : 1;
  return a < b ? -1 : 1;
}
