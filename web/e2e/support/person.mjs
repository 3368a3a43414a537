// Somebody at a browser: what they do and see, in the words of the screen.
import assert from 'node:assert/strict';
import { patience, until } from './waiting.mjs';

export class Person {
  /** What the page said that a user would not see: uncaught exceptions and refusals of the content security policy. */
  faults = [];

  static async at(context, who, url) {
    const person = new Person();
    Object.assign(person, { context, who, url });
    context.setDefaultTimeout(15_000 * patience);
    await person.newTab();
    return person;
  }

  /** Another tab of the same browser; the person looks at it from now on. */
  async newTab() {
    this.page = await this.context.newPage();
    this.page.on('pageerror', (error) => this.faults.push(`${error}`));
    this.page.on('console', (message) => {
      if (/Content Security Policy|Refused to|hydrat/i.test(message.text())) this.faults.push(message.text());
    });
    return this.page;
  }

  get side() {
    return this.who.role === 'DOCTOR' ? 'doctor' : 'patient';
  }

  async go(path) {
    await this.page.goto(this.url + path);
  }

  async openChat(relation) {
    this.relation = relation;
    await this.go(`/${this.side}/chat/${relation}`);
    await this.composer.waitFor();
  }

  async logIn() {
    await this.page.getByLabel('Email').fill(this.who.email);
    await this.page.getByLabel('Password', { exact: true }).fill(this.who.password);
    await this.page.getByRole('button', { name: 'Log in' }).click();
  }

  get composer() {
    return this.page.getByRole('textbox', { name: 'Message' });
  }

  get messages() {
    return this.page.getByRole('log', { name: 'Messages' });
  }

  /** The message with this text, of whoever wrote it. */
  row(text) {
    return this.messages.locator('[data-message]').filter({ hasText: text });
  }

  async say(text) {
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  /** Waits until a message is on the screen. */
  async sees(text, options) {
    await this.row(text).first().waitFor({ timeout: 15_000 * patience, ...options });
  }

  /**
   * Waits until an own message has come so far: `sent`, `delivered`, `read`, `failed` … The last of several that were written
   * together shows it for all of them.
   */
  async seesDelivery(text, ...states) {
    await until(20_000 * patience, async () => {
      const shown = await this.messages.locator('[data-message]').evaluateAll((rows, wanted) => {
        const from = rows.findIndex((row) => row.innerText.includes(wanted));
        return from < 0 ? undefined : rows.slice(from).map((row) => row.querySelector('[data-delivery]')?.dataset.delivery).find(Boolean);
      }, text);
      return states.includes(shown);
    }, `"${text}" to be ${states.join(' or ')}`);
  }

  /** The texts of the messages that are in the page now, from the top. */
  async texts() {
    return this.messages.locator('[data-message] [data-text]').allInnerTexts();
  }

  /** Nothing went wrong that only a developer would have seen. */
  assertNoFaults() {
    assert.deepEqual(this.faults, []);
  }
}
