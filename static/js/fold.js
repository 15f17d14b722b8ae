// Columns are folded away and opened at once; the server remembers it with the person. Without a script the form does the same.

import { onChange } from './columns.js';
import { nextKey } from './move.js';
import { board } from './page.js';
import { csrfToken } from './send.js';

export const isFolded = column => column?.classList.contains('folded') ?? false;
const chosen = new Map();  // what was folded or opened on this page: a reading that was under way shows the board as it was before
const buttonOf = column => column.querySelector('button.fold');

function show(column, folded) {
  column.classList.toggle('folded', folded);
  buttonOf(column).setAttribute('aria-expanded', !folded);
  document.querySelector(`#stage-jumps a[href="#${CSS.escape(column.id)}"]`)?.classList.toggle('away', folded);
}

/** Fold a column away, or open it, and have that remembered. A server that cannot leaves it as it was. */
async function toggle(column) {
  const folded = !isFolded(column);
  chosen.set(column.id, folded);
  show(column, folded);
  const data = new FormData(document.getElementById('fold'));
  data.set('column', buttonOf(column).value);
  data.set('folded', folded ? '1' : '0');
  data.set('key', nextKey());
  data.set('csrf_token', csrfToken());
  const kept = await fetch(document.getElementById('fold').action, { method: 'POST', body: data, redirect: 'manual' }).then(({ type, ok }) => ok || type === 'opaqueredirect', () => false);
  if (kept) return;
  chosen.delete(column.id);
  const now = document.getElementById(column.id);
  if (now) show(now, !folded);
}

/** Open the column of a card that somebody must see. */
export function open(column) {
  if (isFolded(column)) toggle(column);
}

/** Where the focus goes that followed a card into a folded column. */
export const handleOfFolded = buttonOf;

/** Wire the buttons, and the jumps: one to a folded column opens it. */
export function setUpFolding() {
  onChange(() => chosen.forEach((folded, id) => {
    const column = document.getElementById(id);
    if (column && isFolded(column) !== folded) show(column, folded);
  }));
  document.addEventListener('submit', event => {
    if (event.target.id !== 'fold') return;
    event.preventDefault();
    event.stopImmediatePropagation();
    toggle(event.submitter.closest('.column'));
  }, true);
  document.addEventListener('click', event => {
    const link = event.target.closest('#stage-jumps a');
    const column = link && document.getElementById(link.getAttribute('href').slice(1));
    if (!column || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(column);
    column.scrollIntoView({ block: 'nearest', inline: 'start' });
    (column.querySelector('.card') ?? buttonOf(column))?.focus({ preventScroll: true });
  });
  board().addEventListener('click', event => {  // the strip as a whole opens the column
    const column = event.target.closest('.column.folded');
    if (!column || event.target.closest('button')) return;
    event.preventDefault();
    event.stopPropagation();
    open(column);
  }, true);
}
