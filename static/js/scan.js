// A scanner types on while the code before is still on its way. What it types then is kept, and ticked next.

let kept;  // what was typed meanwhile; undefined while no code is on its way

/** Keep what is typed from now on, where it is a scanned code that is sent. */
export function keepScans(submitter) {
  if (submitter?.name === 'add_scan') kept ??= '';
}

/** The answer is here, with its form in `root` if it has one: go on with the next code. Behind a wrong one nothing goes on by
    itself: its sentence is read first. */
export function nextScan(root) {
  if (kept === undefined) return;
  const codes = kept.split('\n');
  const begun = codes.pop();
  kept = undefined;
  const field = root?.querySelector('.scans [data-scan]');
  if (!field) return;
  if (!codes.length || field.getAttribute('aria-invalid') === 'true') {
    field.value = begun;
    return;
  }
  field.value = codes.shift();
  kept = [...codes, begun].join('\n');
  field.form.requestSubmit(field.form.querySelector('[name=add_scan]'));
}

function keep(event) {
  if (kept === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key !== 'Enter' && event.key.length !== 1) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  kept += event.key === 'Enter' ? '\n' : event.key;
}

document.addEventListener('keydown', keep, true);
