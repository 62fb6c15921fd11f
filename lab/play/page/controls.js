/** The controls: what somebody turns is sent once they have stopped turning it. */

/** Nobody has stopped who turns again within that. */
const TURNING_MS = 450;

export class Controls {
  #act;
  #form = document.getElementById('controls');
  #load = document.getElementById('load');
  #copied = document.getElementById('copied');
  #turned = new Map();
  #timer;

  constructor(act) {
    this.#act = act;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#send();
    });
    for (const event of ['input', 'change']) {
      this.#form.addEventListener(event, ({ target }) => {
        this.#turned.set(target.name, target.value.trim());
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#send(), event === 'change' ? 0 : TURNING_MS);
      });
    }
    this.#load.addEventListener('click', () => {
      this.#act({ do: 'load', on: this.#load.dataset.load === 'off' });
    });
    document.getElementById('reset').addEventListener('click', () => this.#act({ do: 'reset' }));
    document.getElementById('end').addEventListener('click', () => this.#act({ do: 'end' }));
    const keep = document.getElementById('keep');
    keep.addEventListener('submit', async (event) => {
      event.preventDefault();
      const said = await this.#act({ do: 'save', name: keep.elements.name.value.trim() });
      if (said !== undefined) document.getElementById('status').textContent = said;
    });
    document.getElementById('copy').addEventListener('click', async () => {
      await navigator.clipboard.writeText(`${this.#copied.textContent}\n`);
      document.getElementById('status').textContent = 'Copied.';
    });
  }

  show({ values, given, load, copied }) {
    for (const [name, value] of Object.entries(values)) {
      const field = this.#form.elements[name];
      // What somebody is turning stays under their hand.
      if (field === undefined || this.#turned.has(name)) continue;
      if (field.value !== value) field.value = value;
      field.classList.toggle('turned', value !== given[name]);
    }
    this.#load.dataset.load = load;
    this.#load.textContent = load === 'off' ? 'Let the load go on' : 'Pause the load';
    this.#load.disabled = load === 'ending';
    this.#copied.textContent = copied;
  }

  #send() {
    clearTimeout(this.#timer);
    if (this.#turned.size === 0) return;
    const values = Object.fromEntries(this.#turned);
    this.#turned.clear();
    this.#act({ do: 'set', values });
  }
}
