/** The page to play by: what the lab tells goes to charts and tables, what is turned goes to the lab. */
import { Breakers, Outcomes } from './charts.js';
import { Controls } from './controls.js';
import { Tables } from './tables.js';

const controls = new Controls(act);
const outcomes = new Outcomes(document.getElementById('outcomes'));
const breakers = new Breakers(document.getElementById('breakers'));
const tables = new Tables(act);
const status = document.getElementById('status');
const problem = document.getElementById('problem');

let state;

/** Asks the lab to do something, and says what came of it. */
async function act(control) {
  problem.hidden = true;
  try {
    const response = await fetch('control', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(control),
    });
    const text = await response.text();
    if (response.ok) return text;
    complain(text);
  } catch {
    complain('The lab does not answer.');
  }
  // What was not done is shown as it is.
  if (state !== undefined) show(state);
  return undefined;
}

function complain(text) {
  problem.textContent = text;
  problem.hidden = false;
}

function show(next) {
  state = next;
  controls.show(state);
  tables.showState(state);
  status.textContent = state.busy || LOADS[state.load];
}

const LOADS = {
  on: 'The load goes on.',
  ending: 'The load ends when what is under way was answered.',
  off: 'No load: nothing is sent.',
};

const events = new EventSource('events');
events.addEventListener('state', ({ data }) => {
  show(JSON.parse(data));
});
events.addEventListener('moment', ({ data }) => {
  const moment = JSON.parse(data);
  outcomes.show(moment.buckets);
  breakers.show(moment);
  tables.showMoment(moment, state);
});
events.addEventListener('error', () => {
  status.textContent = 'The lab has ended, or does not answer.';
  document.body.classList.add('over');
});
events.addEventListener('open', () => {
  document.body.classList.remove('over');
});

// Colours are drawn, and have to be drawn anew.
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  outcomes.redraw();
  breakers.redraw();
});
