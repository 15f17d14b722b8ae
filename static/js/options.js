// What fits is offered under a field as one types: what is found from the bar, people after @, and
// customers and products in a form. The field says whom to ask (`data-options`: an address that
// answers with options, or the list of the page they stand in) and where they are shown
// (`aria-controls`). Arrows choose, Enter takes, Escape closes. Without a script the server
// resolves what was typed.

const AT_MOST = 8;
const BEGUN = /(?:^|[^A-Za-z0-9._%+-])[@＠]([^\s@＠]{0,20})$/u;
const folded = (text) => text.normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

let box, listbox; // the field in use, the listbox under it
let typing, asking, shownFor;

const options = () => all('[role="option"]', listbox);
const chosen = () => listbox.querySelector('[aria-selected="true"]');
const isOpen = () => Boolean(listbox?.firstElementChild); // an empty one is not shown
const isInPage = () => box.dataset.options.startsWith('#');
const isSearch = () => 'find' in box.dataset;
const isText = () => box.matches('textarea');
const isInForm = () => !isSearch() && !isText();
const selectOf = (finding) => finding.form.elements[finding.dataset.into];

/** The words to look for, or nothing: what stands in a field, in a text what is begun with @. */
const asked = () =>
  isText()
    ? box.value.slice(0, box.selectionStart).match(BEGUN)?.[1]
    : box.value.trim() || undefined;

/** Whether a key takes what is offered, or what will be. */
function takes({ key, ctrlKey, shiftKey }) {
  if (key === 'Tab' && !shiftKey && !isSearch()) return shownFor === asked() && chosen();
  if (key !== 'Enter' || ctrlKey || asked() === undefined) return false;
  return isInForm() ? !isSettled() : chosen();
}

function attach(target) {
  if (!target.dataset?.options) return false;
  if (target === box) return true;
  if (box) closeList();
  box = target;
  listbox = byId(box.getAttribute('aria-controls'));
  box.removeAttribute('list');
  return true;
}

function showList(nodes) {
  listbox.replaceChildren(...nodes);
  if (box.ariaExpanded) box.ariaExpanded = isOpen();
  pointAt(isSearch() ? undefined : options()[0]); // there the field itself stands before it
}

function closeList() {
  clearTimeout(typing);
  asking?.abort();
  shownFor = undefined;
  showList([]);
}

function pointAt(option) {
  if (chosen()) chosen().ariaSelected = 'false';
  if (!option) return box.removeAttribute('aria-activedescendant');
  option.ariaSelected = 'true';
  box.setAttribute('aria-activedescendant', option.id);
  option.scrollIntoView({ block: 'nearest' });
}

/** What stands in a list of the page and holds every word, first the code itself, then those whose
 * code does. */
function inPage(q) {
  const asked = q.split(/\s+/).map(folded).filter(Boolean);
  const fits = (text) => asked.every((word) => folded(text).includes(word));
  const rank = ({ value }) => fits(value) + (folded(value) === folded(q));
  return [...document.querySelector(box.dataset.options).options]
    .filter((each) => fits(`${each.value} ${each.label} ${each.dataset.keys ?? ''}`))
    .sort((one, other) => rank(other) - rank(one)).slice(0, AT_MOST);
}

function optionOf({ value, label }, number) {
  const id = `suggested-${number}`;
  const option = make('div', { role: 'option', id, ariaSelected: 'false' }, `${value} ${label}`);
  option.dataset.value = value;
  return option;
}

/** Ask for what fits. The old list stays until the new one is here; a late answer is dropped. */
async function askOptions() {
  const [mine, q] = [box, asked()];
  clearTimeout(typing);
  asking?.abort();
  if (q === undefined) return closeList();
  if (isInPage()) showList(inPage(q).map(optionOf));
  else {
    asking = new AbortController();
    const { signal } = asking;
    const answer = await get(box.dataset.options + encodeURIComponent(q), signal);
    if (signal.aborted || document.activeElement !== mine) return;
    if (answer.kind !== 'done') return closeList(); // what was typed is resolved by the server, too
    showList(answer.page.body.children);
  }
  shownFor = q;
  const status = listbox.querySelector('[data-status]');
  if (status) announce(status.textContent);
}

/** Take an option; whoever waits for no list takes the first of what comes for these words. */
async function take(option) {
  if (!option) await askOptions();
  option ??= chosen();
  if (!option) return;
  if (option.href) return option.click();
  const [mine, { value, insert, fresh }, label] = [box, option.dataset, option.textContent.trim()];
  const [end, begun] = [mine.selectionStart, asked()];
  closeList();
  if (insert) return mine.setRangeText(`${insert} `, end - begun.length, end, 'end');
  if (fresh !== undefined) return takeDown(mine);
  const select = selectOf(mine);
  if (select) {
    select.add(new Option(label, value, false, true)); // it may offer only some, or none
    select.dispatchEvent(new Event('change', { bubbles: true }));
  }
  mine.value = mine.dataset.taken = select ? label : value;
  following(mine)?.focus();
}

/** A customer in no list: what was typed is the name, the rest is asked for. */
function takeDown(caller) {
  const part = caller.closest('[data-caller]').querySelector('details');
  const [name, phone] = all('input', part);
  part.open = true;
  name.value = caller.value.trim();
  caller.value = '';
  phone.focus();
}

function following(from) {
  if (from.dataset.next) return from.form.querySelector(from.dataset.next);
  const fields = all(FIELDS, from.closest('[data-row]') ?? from.form);
  return fields[fields.indexOf(from) + 1];
}

/** Whether what stands in a field of a form was chosen, came with it, or fits nothing there. */
function isSettled() {
  if (box.dataset.into) return selectOf(box).value && box.value === box.dataset.taken;
  return box.value === (box.dataset.taken ?? box.defaultValue) ||
    (!isOpen() && inPage(asked()).length !== 1);
}

function keyed(event) {
  if (event.isComposing || !attach(event.target)) return;
  const { key } = event;
  const step = { ArrowDown: 1, ArrowUp: -1 }[key];
  if (key === 'Escape' && isOpen()) closeList();
  else if (step && isOpen()) {
    const ring = isSearch() ? [null, ...options()] : options();
    pointAt(ring[(ring.indexOf(chosen()) + step + ring.length) % ring.length]);
  } else if (key === 'ArrowDown' && !isText()) askOptions();
  else if (takes(event)) take(isInForm() && shownFor !== asked() ? undefined : chosen());
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** Enter goes on to where the field says; it sends nothing half filled in. */
function goOn(event, field) {
  if (event.key !== 'Enter' || event.isComposing || event.defaultPrevented) return;
  if (modified(event)) return;
  event.preventDefault();
  following(field)?.focus();
}

function typedInto(event) {
  if (event.isComposing || !attach(event.target)) return; // half a Chinese word is none
  if (box.dataset.into) selectOf(box).value = '';
  clearTimeout(typing);
  if (isInPage()) askOptions();
  else typing = setTimeout(askOptions, 120);
}

/** What is chosen in a list is shown in the field that finds, which stands for it. */
function prepareForm(root) {
  for (const finding of all('[data-into]:not([aria-invalid])', root)) {
    const { value, selectedOptions: [option] } = selectOf(finding);
    if (value) finding.value = finding.dataset.taken = option.textContent;
  }
}

/** Wire the fields of all forms, also those that come later. */
function setUpOptions() {
  for (const type of ['input', 'compositionend']) document.addEventListener(type, typedInto);
  document.addEventListener('keydown', keyed, true);
  document.addEventListener('focusin', ({ target }) => attach(target));
  document.addEventListener('focusout', ({ target }) => target === box && closeList());
  document.addEventListener('submit', () => box && closeList());
  on('keydown', 'input[data-next]', goOn);
  document.addEventListener('pointerdown', (event) => {
    if (!isOpen() || !listbox.contains(event.target)) return;
    event.preventDefault(); // the box keeps the focus
    const option = event.target.closest('[role="option"]');
    if (option && !option.href) take(option); // a link is followed by its click
  });
}
