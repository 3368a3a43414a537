// The HTTP API as another program uses it. Every answer is held against the server's own description of it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import Ajv2020 from 'ajv/dist/2020.js';
import { fetchPlain } from './http.mjs';

/** As it stands in the source; the server serves the same. */
export const description = JSON.parse(readFileSync(new URL('../../../src/server/http/openapi.json', import.meta.url), 'utf8'));

// An OpenAPI document is no schema, but has schemas in it.
const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addSchema(description, 'api');

const pointer = (...names) => names.map((name) => `/${encodeURIComponent(String(name).replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('');

/** The template that a path fits: the one with the fewest parameters. */
function templateOf(path) {
  const fits = (template) => new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`).test(path);
  return Object.keys(description.paths).filter(fits).sort((a, b) => a.split('{').length - b.split('{').length)[0];
}

const operations = Object.entries(description.paths).flatMap(([path, item]) =>
  Object.entries(item).filter(([method]) => method !== 'parameters').map(([method, operation]) => ({ path, method, operation })));

/** `POST /api/user/login 401` for each answer that is described. */
export const described = operations.flatMap(({ path, method, operation }) =>
  Object.keys(operation.responses).map((status) => `${method.toUpperCase()} ${path} ${status}`));

/** Bodies that requests may have, by `POST /api/user/login`. */
export const requestSchema = (method, path) => {
  const operation = description.paths[path][method.toLowerCase()];
  const content = operation.requestBody?.content['application/json'];
  return content && ajv.compile({ $ref: `api#${pointer('paths', path, method.toLowerCase(), 'requestBody', 'content', 'application/json', 'schema')}` });
};

function responseSchema(path, method, status) {
  const response = description.paths[path][method].responses[status];
  assert.ok(response, `${method.toUpperCase()} ${path} does not describe ${status}`);
  const place = response.$ref?.slice(1) ?? pointer('paths', path, method, 'responses', status);
  return ajv.compile({ $ref: `api#${place}${pointer('content', 'application/json', 'schema')}` });
}

/** The front end's first page stands where the service's name does. */
const isPage = (path, method, { status, headers }) =>
  /^text\/html/.test(headers['content-type']) && description.paths[path]?.[method]?.responses[status]?.content?.['text/html'] !== undefined;

export class Api {
  /** What has been answered so far, in the words of `described`. */
  seen = new Set();

  constructor(stage) {
    this.stage = stage;
  }

  /** `as` is a user whose token goes along; `body` becomes JSON, `raw` goes as it is. Answers `{ status, headers, body }`. */
  async call(method, path, { as, body, raw, type = 'application/json', headers = {} } = {}) {
    const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const all = { ...(sent !== undefined && type ? { 'Content-Type': type } : {}), ...headers };
    if (as) all.Authorization = `Bearer ${this.stage.clinic.token(as)}`;
    const answer = await fetchPlain(this.stage.server, path, { method, headers: all, body: sent });
    const what = `${method} ${path} ${answer.status} ${answer.text.slice(0, 300)}`;
    if (isPage(path, method.toLowerCase(), answer)) {
      this.seen.add(`${method} ${path} ${answer.status}`);
      return { status: answer.status, headers: answer.headers, body: answer.text };
    }
    assert.match(answer.headers['content-type'] ?? '', /^application\/json/, what);
    const parsed = JSON.parse(answer.text);
    if (answer.status >= 400) assert.equal(typeof parsed.error, 'string', what);
    const template = templateOf(path.split('?')[0]);
    if (template && description.paths[template][method.toLowerCase()]) {
      this.seen.add(`${method} ${template} ${answer.status}`);
      const fits = responseSchema(template, method.toLowerCase(), answer.status);
      assert.ok(fits(parsed), `${what}\n${JSON.stringify(fits.errors, null, 1)}`);
    }
    return { status: answer.status, headers: answer.headers, body: parsed };
  }

  get = (path, options) => this.call('GET', path, options);
  post = (path, options) => this.call('POST', path, options);

  /** A failure in these words. */
  async refused(status, error, method, path, options) {
    const answer = await this.call(method, path, options);
    assert.deepEqual([answer.status, answer.body], [status, { error }], `${method} ${path}`);
    return answer;
  }
}

/** Gives a user of the clinic the password `abc`, hashed elsewhere. */
export const password = 'abc';
export function setPassword(clinic, user) {
  clinic.database.run('UPDATE "User" SET password = ? WHERE id = ?',
    '$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i', user.id);
}

/** The cookie that a login has set, to be sent back. */
export const cookieOf = ({ headers }) => headers['set-cookie'][0].split(';')[0];

const appointmentTables = [
  'CREATE TABLE "Location" ("id" TEXT PRIMARY KEY, "city" TEXT NOT NULL)',
  'CREATE TABLE "Slot" ("id" TEXT PRIMARY KEY, "doctorId" TEXT NOT NULL, "date" TIMESTAMP(3) NOT NULL, "startTime" TIMESTAMP(3) NOT NULL, "endTime" TIMESTAMP(3) NOT NULL)',
  'CREATE TABLE "Appointment" ("id" TEXT PRIMARY KEY, "doctorId" TEXT NOT NULL, "patientId" TEXT NOT NULL, "slotId" TEXT NOT NULL, "status" TEXT NOT NULL, "paymentMethod" TEXT NOT NULL, "updatedAt" TIMESTAMP(3) NOT NULL)',
];

/** Makes an appointment as the web application does, whose tables are there in a database of its own only. */
export function writeAppointment(clinic, kind, pair, { id, begins }) {
  if (kind !== 'orm') for (const table of appointmentTables) clinic.database.run(table);
  const day = new Date(begins.toISOString().slice(0, 10));
  const [doctorId, patientId] = [`side_${pair.doctor.id}`, `side_${pair.patient.id}`];
  clinic.database.insert([
    ['Slot', ['id', 'doctorId', 'date', 'startTime', 'endTime'], [[`slot_${id}`, doctorId, day, begins, begins]]],
    ['Appointment', ['id', 'doctorId', 'patientId', 'slotId', 'status', 'paymentMethod', 'updatedAt'],
      [[id, doctorId, patientId, `slot_${id}`, 'PENDING', 'CARD', begins]]],
  ]);
  return { id, doctorId };
}
