// A scanner types on while the code before is on its way. What it types then is ticked next.

let scanned; // what was typed meanwhile; undefined while no code is on its way

/** Keep what is typed from now on, where it is a scanned code that is sent. */
function keepScans(submitter) {
  if (submitter?.name === 'add_scan') scanned ??= '';
}

/** The answer is here, with its form in `root` if it has one: go on with the next code. Behind a
 * wrong one nothing goes on by itself: its sentence is read first, also where the next code was
 * begun before it came. */
function nextScan(root) {
  if (scanned === undefined) return;
  const codes = scanned.split('\n');
  const begun = codes.pop();
  scanned = undefined;
  const field = root?.querySelector('.scans [data-scan]');
  if (!field) return;
  const wrong = field.getAttribute('aria-invalid') === 'true';
  if (wrong || !codes.length) {
    field.value = begun;
    field.toggleAttribute('data-unread', wrong && begun !== '');
    return;
  }
  field.value = codes.shift();
  scanned = [...codes, begun].join('\n');
  field.form.requestSubmit(field.form.querySelector('[name=add_scan]'));
}

/** The first Enter behind such a code sends nothing: the code stays, the next takes its place. */
on('keydown', '[data-unread]', (event, field) => {
  if (event.key !== 'Enter' || modified(event)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  field.removeAttribute('data-unread');
  field.select();
}, true);

document.addEventListener('keydown', (event) => {
  if (scanned === undefined || modified(event)) return;
  if (event.key !== 'Enter' && event.key.length !== 1) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  scanned += event.key === 'Enter' ? '\n' : event.key;
}, true);
