/**
 * What a page does by itself: a bar or a point tells of itself on hover and focus, arrow keys go from
 * one to the next, a legend's boxes hide what they name.
 */
const tip = document.getElementById('tip');
const TELLING = '.bar[aria-label], svg .mark-symbol [aria-label], svg .mark-rect [aria-label]';

function show(mark) {
  tip.textContent = mark.getAttribute('aria-label');
  tip.hidden = false;
  const { left, bottom, top } = mark.getBoundingClientRect();
  const { width, height } = tip.getBoundingClientRect();
  const under = bottom + height + 8 < innerHeight;
  tip.style.left = `${Math.max(4, Math.min(left, innerWidth - width - 8))}px`;
  tip.style.top = `${under ? bottom + 6 : top - height - 6}px`;
}

for (const event of ['mouseover', 'focusin']) {
  document.addEventListener(event, ({ target }) => {
    const mark = target.closest?.(TELLING);
    if (mark === null || mark === undefined) tip.hidden = true;
    else show(mark);
  });
}
// What has the focus goes on telling of itself; what the mouse was over has gone.
addEventListener(
  'scroll',
  () => {
    const mark = document.activeElement?.closest(TELLING);
    if (mark === null || mark === undefined) tip.hidden = true;
    else show(mark);
  },
  { passive: true },
);

// One stop of the Tab key for each group of marks; within it the arrows go on.
const groups = document.querySelectorAll('.bars, svg');
const marksOf = (group) =>
  [...group.querySelectorAll(TELLING)].filter((mark) => mark.checkVisibility());
for (const group of groups) {
  group.querySelector(TELLING)?.setAttribute('tabindex', '0');
}
document.addEventListener('keydown', (event) => {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  const mark = event.target.closest?.(TELLING);
  if (event.key === 'Escape') tip.hidden = true;
  if (step === undefined || !mark) return;
  const marks = marksOf(mark.closest('.bars, svg'));
  const next = marks[marks.indexOf(mark) + step];
  if (next === undefined) return;
  mark.setAttribute('tabindex', '-1');
  next.setAttribute('tabindex', '0');
  next.focus();
  event.preventDefault();
});

for (const box of document.querySelectorAll('[data-kind]')) {
  box.addEventListener('change', () => {
    for (const bar of document.querySelectorAll(`.bar.${box.dataset.kind}`)) {
      bar.hidden = !box.checked;
    }
  });
}
