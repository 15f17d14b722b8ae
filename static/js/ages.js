// How old something is, in the words the server uses too: 3 d, 5 h, 12 min. The root brings them.

const ages = (document.documentElement.dataset.ages ?? '{n} min|{n} h|{n} d').split('|');

/** Let every age of the page tell how old it is at this moment, in its largest whole unit. */
function tellAges(now) {
  for (const time of document.querySelectorAll('time[data-age]')) {
    const minutes = Math.max(0, Math.floor((now - Date.parse(time.dateTime)) / 60000));
    if (Number.isNaN(minutes)) continue;
    const unit = minutes < 60 ? 0 : minutes < 1440 ? 1 : 2;
    time.textContent = ages[unit].replace('{n}', Math.floor(minutes / [1, 60, 1440][unit]));
  }
}
