// What was just done can be taken back for ten seconds: on a board by the button of its message, or by the key z the last
// of them; on a record's page by the form that stands there.

import { phrase, say } from './page.js';

let ways = []; // {card, until, gone, act}: what can still be taken back, the last at the end

/** Say that something was done, with the way back that `form` (from the server's answer) opens; `act` goes it. */
export function sayWithUndo(sentence, form, act) {
  const card = form.dataset.card;
  const seconds = Number(form.dataset.seconds);
  const way = { card, until: Date.now() + seconds * 1000, act };
  way.gone = say('done', sentence, { label: phrase('undo'), key: 'z', seconds, act: () => go(way) });
  ways.push(way);
}

/** Something else was done with a card: what was done before can no longer be taken back. */
export function noWayBack(card) {
  for (const way of ways) if (way.card === card) way.gone();
  ways = ways.filter(way => way.card !== card && way.until > Date.now());
}

function go(way) {
  ways = ways.filter(other => other !== way);
  way.gone();
  way.act();
}

/** Take back what was done last. */
function undoLast() {
  ways = ways.filter(way => way.until > Date.now());
  const form = document.getElementById('undo');
  if (ways.length) go(ways.at(-1));
  else if (form) form.requestSubmit();
  else say('done', phrase('nothing_to_undo'));
}

/** Listen for the key, and let the form of a page go when its seconds are over. */
export function setUpUndo() {
  document.addEventListener('keydown', event => {
    if (event.key !== 'z' || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.('input, select, textarea, [contenteditable]') || document.querySelector('dialog[open]')) return;
    event.preventDefault();
    undoLast();
  });
  setInterval(() => {
    const form = document.getElementById('undo');
    if (!form) return;
    form.dataset.until ??= Date.now() + Number(form.dataset.seconds) * 1000;
    if (Date.now() < Number(form.dataset.until) || form.getAttribute('aria-busy') === 'true') return;
    const focused = form.contains(document.activeElement);
    form.closest('.notice').remove();
    if (focused) document.getElementById('content').focus();
  }, 500);
}
