// A shared tablet's own keys, for figures (app/templates/floor/_keypad.html) and PINs: gloves find
// them, and the system's keyboard stays away. What stands in a field is what is expected; the first
// key replaces it. Where a scanner types, or words are offered, the keyboard comes only when asked
// for.

const NUMBERS = 'input[inputmode="numeric"], input[inputmode="decimal"], input[data-keypad]';
const pad = byId('keypad');
let keyedInto; // the field that the keys write into
let untouched = false; // nothing typed yet: a key replaces what stands there

/** Take the fields of a page: the keypad's own, and those that a scanner fills. */
function takeFields(content) {
  for (const input of all(NUMBERS, content)) {
    input.dataset.keypad ??= input.inputMode;
    input.inputMode = 'none';
  }
  const listed = all('[data-offers]', content).map((each) => byId(each.dataset.offers));
  for (const input of [...all('[data-scan]', content), ...listed]) {
    if (input.inputMode === 'none') continue;
    input.inputMode = 'none';
    const open = () => {
      input.inputMode = 'text';
      input.blur();
      input.focus();
    };
    input.after(button(phrase('type_it'), open, { class: 'button quiet by-hand' }));
  }
}

const shownFields = (form, more = '') =>
  [...form.elements].filter((each) => each.matches(FIELDS + more) && each.checkVisibility());

/** What follows, but for a remark that nobody needs: it would bring the system's keyboard. */
function nextField() {
  const byKeyboard = (each) =>
    each.matches('textarea, input:not([type]), [type=text]') && each.inputMode !== 'none';
  const all = shownFields(keyedInto.form, ', .submit button')
    .filter((each) => each === keyedInto || each.required || !byKeyboard(each));
  return all[all.indexOf(keyedInto) + 1];
}

/** Write into the field; the keys of a PIN stand in its form. */
function pressKey({ form, dataset: { key } }) {
  const field = form?.elements.pin ?? keyedInto;
  if (isBusy(field.form)) return;
  if (key === 'next') {
    const to = nextField();
    pad.hidden = true;
    to?.focus();
    to?.scrollIntoView({ block: 'center' });
    return;
  }
  const before = untouched ? '' : field.value;
  if (key === 'back') field.value = before.slice(0, -1);
  else if (key === '-') {
    field.value = before.startsWith('-') ? before.slice(1) : `-${field.value}`;
  } else if (field.maxLength < 0 || before.length < field.maxLength) field.value = before + key;
  untouched = false;
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

function showKeypad(input) {
  keyedInto = input;
  untouched = true;
  pad.classList.toggle('decimal', input.dataset.keypad === 'decimal');
  pad.hidden = false;
  // The room below stays when the keys go: a page that grew shorter under a finger would lose what
  // it taps.
  document.documentElement.style.setProperty('--keypad', `${pad.offsetHeight}px`);
  input.scrollIntoView({ block: 'center' });
}

function setUpKeypad() {
  takeFields(byId('content'));
  on('click', '[data-key]', (_, key) => pressKey(key));
  on('pointerdown', '[data-key]', (event) => event.preventDefault()); // the field keeps the focus
  if (!pad) return;
  document.addEventListener('focusin', ({ target }) => {
    if (target.matches('input[data-keypad]')) showKeypad(target);
    else if (!pad.contains(target)) pad.hidden = true;
  });
  document.addEventListener('keydown', (event) => {
    const { target } = event;
    if (target === keyedInto) untouched = false;
    if (event.key !== 'Enter' || !target.matches('[data-scan]')) return;
    if (target.form.querySelector('[name=add_scan]')) return;
    event.preventDefault(); // a scan moves on by itself
    const fields = shownFields(target.form);
    fields[fields.indexOf(target) + 1]?.focus();
  });
  if (document.activeElement?.matches('input[data-keypad]')) showKeypad(document.activeElement);
}
