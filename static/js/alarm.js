// A new anomaly is counted in the tab's title and in the bar, spoken, and heard where the person
// allowed it (app/templates/_sound.html): also in a tab that lies in the background.

const calls = () => 'alarms' in page;
let calling;

/** Show how many nobody has acknowledged; where there are more than before, say and sound it. */
function tellAlarms(count) {
  if (!calls() || count == null) return;
  const [before, now] = [Number(page.alarms), Number(count)];
  page.alarms = now;
  document.title = (now ? `(${now}) ` : '') + document.title.replace(/^\(\d+\) /, '');
  mark(byId('alarms'), 'alarms', now);
  if (now > before) call(now);
  keep('alarms', now);
}

function call(count) {
  announce(phrase('alarms', { count }));
  const tones = byId('tones');
  if (!tones) return;
  tones.currentTime = 0; // also where the ones before still sound
  // A browser lets a page sound only after something was pressed on it: until then a hint says so.
  tones.play().catch(() => byId('sound').classList.add('waits'));
}

/** News came while the page lies in the background, where it does not read itself again. */
function callFromBackground() {
  if (!calls() || calling) return;
  calling = setTimeout(async () => {
    calling = undefined;
    tellAlarms((await get('/alarms?seen=0')).response?.headers.get('X-Alarms'));
  }, 1000);
}

/** Call for what came between two pages; take the hint away once something is pressed. */
function setUpAlarms() {
  if (!calls()) return;
  const now = Number(page.alarms);
  if (now > (recall('alarms') ?? now)) call(now);
  keep('alarms', now);
  for (const press of ['pointerdown', 'keydown']) {
    on(press, 'body', () => byId('sound').classList.remove('waits'), true);
  }
}
