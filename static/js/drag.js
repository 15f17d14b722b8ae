// Dragging, with SortableJS. A column keeps its own order; a card dropped on another column is a move.

import { board, phrase, announce } from './page.js';
import { columns, onChange, waysTo } from './columns.js';
import { drop, letGo, putBack, takeUp } from './move.js';

const LONG_PRESS = 300;
let carried;
let givenUp = false;

export const dragging = () => Boolean(carried);

/** Show for every column whether the card could land there. */
export function showTargets(card) {
  document.body.classList.add('dragging');
  for (const column of columns()) {
    const open = waysTo(card, column).some(action => !action.refusal);
    column.classList.toggle('may-drop', open);
    column.classList.toggle('no-drop', !open && !column.contains(card));
  }
}

export function hideTargets() {
  document.body.classList.remove('dragging');
  columns().forEach(column => column.classList.remove('may-drop', 'no-drop', 'drop-over'));
}

function start({ item }) {
  carried = item;
  givenUp = false;
  takeUp(item);
  showTargets(item);
}

function end({ item, to }) {
  carried = undefined;
  hideTargets();
  const column = to.closest('.column');
  putBack(item.id);
  if (givenUp || !column || column.contains(item)) return letGo(item.id);
  drop(item, column);
}

function bind(list) {
  if (window.Sortable.get(list)) return;
  window.Sortable.create(list, {
    group: 'cards',
    sort: false,
    draggable: '.card[data-drops]:not([aria-busy="true"])',
    filter: '.next, input, select, textarea',
    preventOnFilter: false,
    // Our own picture of the card under the pointer: the same with mouse, pen and finger, and it can be given up.
    forceFallback: true,
    fallbackOnBody: true,
    fallbackTolerance: 5,
    delayOnTouchOnly: true,
    delay: LONG_PRESS,
    touchStartThreshold: 8,
    scrollSensitivity: 80,
    onStart: start,
    onEnd: end,
  });
}

const bindAll = () => board().querySelectorAll('.cards').forEach(bind);

/** Make every list of cards one that cards can be dragged between. */
export function setUpDrag() {
  if (!window.Sortable) return;
  bindAll();
  onChange(bindAll);
  // The handle takes at once; elsewhere a finger must rest first, so that scrolling never moves a card.
  board().addEventListener('pointerdown', event => {
    const list = event.target.closest('.cards');
    if (list) window.Sortable.get(list)?.option('delay', event.target.closest('.grip') ? 0 : LONG_PRESS);
  }, true);
  // A finger that rests on a card takes it up; the browser's menu for links must not come between.
  board().addEventListener('contextmenu', event => {
    if (event.pointerType === 'touch' && event.target.closest('.card[data-drops]')) event.preventDefault();
  });
  document.addEventListener('keydown', event => {
    if (event.key !== 'Escape' || !carried) return;
    givenUp = true;
    event.preventDefault();
    announce(phrase('put_back', { ref: carried.dataset.record }));
    document.dispatchEvent(new PointerEvent('pointerup', { bubbles: true }));
  }, true);
}
