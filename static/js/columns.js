// The board's columns: where a card lies, how fresh columns replace old ones, and how further pages of one are read.

import { board, phrase } from './page.js';
import { get } from './send.js';

export const listsOf = column => [...column.querySelectorAll('.cards')];
/** The list of a column where `card` would lie: in lanes, that of its own lane. */
export const listOf = (column, card) => {
  const lane = card?.closest('.cards')?.dataset.lane;
  return column && (listsOf(column).find(list => list.dataset.lane === lane) ?? column.querySelector('.cards'));
};
export const columns = () => [...board().querySelectorAll('.column')];
export const cardsOf = column => [...column.querySelectorAll('.card')];
/** What can be done with a card: {target, action, label, form, url, refusal}, once for each stage it may lead to. */
export function ways(card) {
  const address = `/${board().dataset.board}/${card.dataset.record}`;
  const known = JSON.parse(board().dataset.actions || '{}'); // what each action is called, said once for the board
  return Object.entries(JSON.parse(card.dataset.drops || '{}')).flatMap(([target, actions]) => actions.map(each => {
    const way = typeof each === 'string' ? { action: each } : each;
    const refusal = way.refusal === true ? card.querySelector('.block')?.textContent.trim() : way.refusal;
    return { ...known[`${flowOf(card)}.${way.action}`], url: `${address}/${way.action}`, ...way, refusal, target };
  }));
}

/** The actions of `card` that lead to `column`, refused ones included. */
export const waysTo = (card, column) =>
  ways(card).filter(({ target }) => columnFor(flowOf(card), target) === column);

/** The kind of record a card stands for: its id says it. */
export const flowOf = card => card.id.split('-')[1];
export const columnFor = (flow, stage) => document.getElementById(`column-${flow}-${stage}`);
export const labelOf = column => column?.dataset.label ?? column?.querySelector('h2')?.textContent.trim() ?? '';
export const handleOf = card => (card.tabIndex >= 0 ? card : card.querySelector('a') ?? card);

const arrivals = new Set();

/** Tell `hook` after every change of the columns. */
export const onChange = hook => arrivals.add(hook);
export const changed = () => arrivals.forEach(hook => hook());

/** Replace the columns of the page by those in `page` that carry the same id. Focus and scrolling stay. */
export async function replaceColumns(page) {
  for (const fresh of page.querySelectorAll('section[id^="column-"]')) {
    if (document.getElementById(fresh.id)) await readFurther(fresh);
    const old = document.getElementById(fresh.id);
    if (old) morph(old, fresh);
  }
  changed();
}

/** Scroll as little as needed to see a card; sideways to where its column snaps. One that was never laid out has its height only once it
 * is in view: then once more. */
export function bringIntoView(card) {
  const column = card.closest('.column') ?? card;
  const scroll = () => {
    const [seen, here] = [board(), column].map(each => each.getBoundingClientRect());
    if (here.left < seen.left || here.right > seen.right) column.scrollIntoView({ block: 'nearest', inline: 'start' });
    card.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  };
  scroll();
  requestAnimationFrame(() => requestAnimationFrame(scroll));
}

/** Make `old` look like `fresh` with as little change as possible; whoever had the focus keeps it, and a card that has it and went to another
 * column stays in view. */
export function morph(old, fresh) {
  const focused = document.activeElement;
  const card = focused?.closest?.('.card');
  const id = focused?.id || card?.id;
  const column = card?.closest('.column')?.id;
  window.htmx.swap({ text: fresh.outerHTML, target: old, swap: 'outerMorph ignoreTitle:true' });
  if (id && (document.activeElement === document.body || !document.activeElement)) {
    const again = document.getElementById(id);
    (again?.matches('.card') ? handleOf(again) : again)?.focus({ preventScroll: true });
  }
  const now = card && document.getElementById(card.id);
  if (now && now.closest('.column')?.id !== column) bringIntoView(now);
}

/** A column (each of its lanes) that was read further than its first page comes back as long as it was. */
export async function readFurther(fresh) {
  const old = document.getElementById(fresh.id);
  if (!old) return;
  for (const list of listsOf(fresh)) {
    const before = listsOf(old).find(each => each.dataset.lane === list.dataset.lane);
    const had = before ? cardsOf(before).length : 0;
    while (cardsOf(list).length < had && list.querySelector('a.more')) if (!await readMore(list, true)) break;
  }
}

/**
 * Read the next page of `list`, a column's cards (on the page or not yet), into it; says whether there was one.
 * `unasked`: nobody scrolled there, so it must not keep a login alive (the server knows by `seen`).
 */
export async function readMore(list, unasked = false) {
  const link = list.querySelector('a.more');
  const url = new URL(link.getAttribute('href'), location.href);
  if (unasked) url.searchParams.set('seen', '0');
  const answer = await get(url);
  if (answer.kind !== 'done') return false;
  const known = new Set(cardsOf(list).map(card => card.id));
  const cards = [...answer.page.querySelectorAll('.card')].filter(card => !known.has(card.id));
  if (!link.isConnected && list.isConnected) return false;
  link.before(...cards);
  const next = answer.page.querySelector('a.more');
  if (next && cards.length) link.replaceWith(next);
  else link.remove();
  if (list.isConnected) {
    cards.forEach(card => window.htmx.process(card));
    changed();
  }
  return true;
}

/** Read further pages as the end of a column comes into view. The link works without a script, too. */
export function readOnScroll() {
  const reading = new Set();
  const seen = new IntersectionObserver(entries => {
    for (const { isIntersecting, target } of entries) {
      if (isIntersecting) { seen.unobserve(target); read(target); }
    }
  }, { rootMargin: '200px' });
  async function read(link) {
    const list = link.closest('.cards');
    if (!list || reading.has(list)) return;
    reading.add(list);
    link.textContent = phrase('loading');
    try {
      if (!await readMore(list)) link.textContent = phrase('more');
    } finally {
      reading.delete(list);
    }
  }
  // In lanes nobody scrolls to the end of a list: there a click reads on.
  board().addEventListener('click', event => {
    const link = event.target.closest('a.more');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    read(link);
  });
  const watch = () => board()?.querySelectorAll('.cards:not([data-lane]) > a.more').forEach(link => seen.observe(link));
  onChange(watch);
  watch();
}
