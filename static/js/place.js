// Where somebody stood on a board: the way back in the browser finds it again, with the card they had opened.

import { board } from './page.js';
import { cardsOf, columns, handleOf, listsOf } from './columns.js';

const key = () => `place ${location.pathname}${location.search}`;

/** Remember the place when the page is left, and take it up again where the browser came back. */
export function keepPlace() {
  addEventListener('pagehide', () => {
    const tops = columns().map(column => [column.id, listsOf(column)[0]?.scrollTop ?? 0]);
    const card = document.activeElement?.closest('.card')?.id;
    try {
      sessionStorage.setItem(key(), JSON.stringify({ left: board().scrollLeft, tops, card }));
    } catch { /* a browser that keeps nothing loses the place, and nothing else */ }
  });
  if (performance.getEntriesByType('navigation')[0]?.type === 'back_forward') find();
}

function find() {
  let kept;
  try {
    kept = JSON.parse(sessionStorage.getItem(key()));
  } catch { /* as above */ }
  if (!kept) return;
  for (const [id, top] of kept.tops) {
    const list = top && document.getElementById(id)?.querySelector('.cards');
    if (list) list.scrollTop = top;
  }
  const card = columns().flatMap(cardsOf).find(each => each.id === kept.card);
  if (card) handleOf(card).focus({ preventScroll: true });
  board().scrollLeft = kept.left;
}
