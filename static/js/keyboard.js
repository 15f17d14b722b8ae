// The board by keys: arrows go from card to card, m opens the moves, space takes a card up and puts it down.

import { announce, board, phrase } from './page.js';
import { cardsOf, columns, handleOf, labelOf, waysTo } from './columns.js';
import { drop, letGo, offerMoves, takeUp } from './move.js';
import { isFolded } from './fold.js';
import { hideTargets, showTargets } from './drag.js';

let lifted;  // {id, places, at}: the card in the hand, the columns it may go to, the one chosen

export const lifting = () => Boolean(lifted);

function focus(card) {
  if (!card) return;
  handleOf(card).focus({ preventScroll: true });
  card.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

/** Up and down within a column, left and right to the card at the same height in the next column that has one. */
function step(card, key) {
  const column = card.closest('.column');
  const cards = cardsOf(column);
  if (key === 'ArrowUp' || key === 'ArrowDown') return focus(cards[cards.indexOf(card) + (key === 'ArrowDown' ? 1 : -1)]);
  if (key === 'Home') return focus(cards[0]);
  if (key === 'End') return focus(cards.at(-1));
  const all = columns();
  const way = key === 'ArrowRight' ? 1 : -1;
  for (let at = all.indexOf(column) + way; all[at]; at += way) {
    const there = isFolded(all[at]) ? [] : cardsOf(all[at]);
    if (there.length) return focus(there[Math.min(cards.indexOf(card), there.length - 1)]);
  }
}

function lift(card) {
  const places = columns().filter(column => column.contains(card) || waysTo(card, column).length);
  lifted = { id: card.id, places, at: places.indexOf(card.closest('.column')) };
  takeUp(card);
  showTargets(card);
  card.classList.add('focused');
  announce(phrase('lifted', { ref: card.dataset.record }));
}

function aim(way) {
  const at = Math.max(0, Math.min(lifted.places.length - 1, lifted.at + way));
  lifted.at = at;
  columns().forEach(column => column.classList.toggle('drop-over', column === lifted.places[at]));
  const column = lifted.places[at];
  const card = document.getElementById(lifted.id);
  const [action] = column.contains(card) ? [] : waysTo(card, column);
  column.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  announce(action ? phrase('action_to', { action: action.label, stage: labelOf(column) }) + (action.refusal ? ` – ${action.refusal}` : '') : labelOf(column));
}

function layDown(card) {
  const column = lifted.places[lifted.at];
  release(card);
  if (column.contains(card)) giveUp(card);
  else drop(card, column);
}

function release(card) {
  lifted = undefined;
  hideTargets();
  card?.classList.remove('focused');
}

function giveUp(card) {
  letGo(card.id);
  announce(phrase('put_back', { ref: card.dataset.record }));
}

function pressed(event) {
  const card = event.target.closest?.('.card');
  if (!card || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches('input, select, textarea')) return;
  const onButton = event.target.closest('button');
  const { key } = event;
  if (lifted) {
    if (key === 'ArrowLeft' || key === 'ArrowUp') aim(-1);
    else if (key === 'ArrowRight' || key === 'ArrowDown') aim(1);
    else if (key === ' ' || key === 'Enter') layDown(card);
    else if (key === 'Escape') { release(card); giveUp(card); }
    else return;
  } else if (key.startsWith('Arrow') || key === 'Home' || key === 'End') step(card, key);
  else if (key === 'm' || key === 'M') offerMoves(card);
  else if (key === ' ' && !onButton && card.getAttribute('aria-busy') !== 'true') lift(card);
  else if (key === 'Enter' && event.target === card) card.querySelector('a')?.click();
  else return;
  event.preventDefault();
}

/** Listen for keys on the board. */
export function setUpKeyboard() {
  board().addEventListener('keydown', pressed);
  // Looking elsewhere puts the card down where it was.
  board().addEventListener('focusout', () => setTimeout(() => {
    if (!lifted || document.activeElement?.closest?.('.card')?.id === lifted.id) return;
    const card = document.getElementById(lifted.id);
    release(card);
    if (card) giveUp(card);
  }));
}
