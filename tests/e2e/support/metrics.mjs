// What /metrics answers, and what the program says there is.
import { fetchPlain } from './http.mjs';
import { run } from './program.mjs';

/** The table that the program prints about itself: `{ name: { kind, labels } }`. */
export const families = Object.fromEntries([...run(['describe', 'metrics']).out.matchAll(/^\| `(\w+)` \| (\w+) \| (.*?) \|/gm)]
  .map(([, name, kind, labels]) => [name, { kind, labels: [...labels.matchAll(/\w+/g)].map(([label]) => label) }]));

/** What a series belongs to: a histogram has three of them. */
export const familyOf = (series) => families[series] ? series : series.replace(/_(bucket|sum|count)$/, '');

/** The samples of a scrape: `value('name{label="x"}')`, 0 for what is not there yet. */
class Scrape {
  constructor(text) {
    this.text = text;
    this.values = new Map(text.split('\n').filter((line) => line && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));
  }

  value = (series) => this.values.get(series) ?? 0;
  sum = (name) => [...this.values].filter(([series]) => series.split('{')[0] === name).reduce((total, [, value]) => total + value, 0);
}

export const scrape = async (server) => new Scrape((await fetchPlain(server, '/metrics')).text);
