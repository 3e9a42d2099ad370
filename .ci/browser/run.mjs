// Tests the web page of gitcode-mcp in Chromium: on a desktop and a phone, light and
// dark, with the keyboard, and without scripts. Usage, after npm ci --ignore-scripts:
//
//	node run.mjs /path/to/gitcode-mcp [DIRECTORY FOR SCREENSHOTS]
//
// CHROMIUM names the browser, by default chromium.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import axe from 'axe-core';
import { chromium } from 'playwright-core';

if (process.argv.length < 3) {
	console.error('usage: node run.mjs /path/to/gitcode-mcp [DIRECTORY FOR SCREENSHOTS]');
	process.exit(2);
}
const program = resolve(process.argv[2]);
const screenshots = process.argv[3];
const executablePath = execFileSync('sh', ['-c', 'command -v "${CHROMIUM:-chromium}"'], { encoding: 'utf8' }).trim();
const home = mkdtempSync(join(tmpdir(), 'gitcode-mcp-browser-'));
const secret = 'open-sesame-0123456789';

const servers = {
	sandbox: { args: ['--sandbox'], modes: ['Sandbox', 'Reads and writes'] },
	forges: { args: ['--sandbox', '--user-tokens', '--dry-run'], modes: ['Sandbox', 'Dry run', 'Your own token'], env: { GITHUB_API_URL: 'https://api.github.com', GITLAB_API_URL: 'https://jihulab.com/api/v4' } },
	team: {
		args: ['--user-tokens', '--read-only', '--policy', join(import.meta.dirname, '../../deploy/policy.toml')],
		modes: ['Read-only', 'Policy', 'Your own token', 'Secret required'], env: { GITCODE_MCP_SECRET: secret },
	},
};
const viewports = { desktop: { width: 1280, height: 900 }, phone: { width: 320, height: 640 } }; // the narrowest that WCAG asks for

function expect(condition, what) {
	if (!condition) throw new Error(`expected ${what}`);
}

/** Starts a server on a free port and returns its address. */
async function serve({ args, env }) {
	const child = spawn(program, ['http', '--addr', '127.0.0.1:0', ...args], { env: { PATH: process.env.PATH, HOME: home, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
	const url = await new Promise((done, fail) => {
		let log = '';
		child.once('error', fail);
		child.once('exit', () => fail(new Error(`the server exited: ${log}`)));
		child.stderr.on('data', (chunk) => {
			log += chunk;
			const found = /addr=(\S+)/.exec(log);
			if (found) done(`http://${found[1]}/`);
		});
	});
	return { url, stop: () => child.kill() };
}

/** Opens a page. Whatever the browser complains about, and requests to elsewhere, go to problems. */
async function open(browser, url, options = {}) {
	const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'], ...options });
	const page = await context.newPage();
	const problems = [];
	page.setDefaultTimeout(60_000); // the machine may be busy
	page.on('console', (message) => problems.push(`console: ${message.text()}`));
	page.on('pageerror', (error) => problems.push(`script: ${error.message}`));
	page.on('requestfailed', (request) => problems.push(`failed: ${request.url()}`));
	page.on('request', (request) => { if (!request.url().startsWith(url)) problems.push(`request: ${request.url()}`); });
	await page.goto(url);
	return { page, check: async () => { await context.close(); expect(problems.length === 0, `no complaints, got:\n${problems.join('\n')}`); } };
}

const openAll = (page) => page.evaluate(() => { for (const d of document.querySelectorAll('details')) { d.removeAttribute('name'); d.open = true; } });

/** Checks that nothing is wider than the screen. */
async function checkWidth(page) {
	const wide = await page.evaluate(() => [...document.querySelectorAll('body *')]
		.filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5).map((e) => e.outerHTML.slice(0, 80)));
	expect(wide.length === 0, `nothing to be too wide, got ${wide.length}:\n${wide.slice(0, 5).join('\n')}`);
	expect(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), 'no horizontal scrolling');
}

/** Checks what axe-core checks, or only the contrast, and that it does check the rules. */
async function checkAccessibility(page, ...rules) {
	await page.evaluate(axe.source);
	const { violations, passes } = await page.evaluate((options) => axe.run(options),
		{ resultTypes: ['violations'], ...(rules.length > 1 ? {} : { runOnly: rules }) });
	expect(violations.length === 0, `no violations, got:\n${violations.map((v) => `${v.id}: ${v.help}\n${v.nodes.slice(0, 3).map((n) => `  ${n.html.slice(0, 120)} ${n.any[0]?.message ?? ''}`).join('\n')}`).join('\n')}`);
	for (const rule of rules) {
		expect(passes.some((p) => p.id === rule), `axe to check ${rule}`);
	}
}

/** Goes through the page with the Tab key: everything must be reached, and show that it has the focus. */
async function checkFocus(page) {
	const wanted = await page.evaluate(() => [...document.querySelectorAll('a[href], button, summary, input:not([type=hidden]), select, pre[tabindex]')].filter((e) => e.checkVisibility()).length);
	await page.evaluate(() => { window.reached = new Set(); });
	for (let i = 0; i <= wanted; i++) { // one more, for the body between the last element and the first
		await page.keyboard.press('Tab');
		const invisible = await page.evaluate(() => {
			const e = document.activeElement;
			if (e === document.body) return '';
			window.reached.add(e);
			const style = getComputedStyle(e);
			const box = e.getBoundingClientRect();
			const shown = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && box.bottom > 0 && box.top < innerHeight;
			return shown ? '' : e.outerHTML.slice(0, 100);
		});
		expect(!invisible, `focus to be visible on ${invisible}`);
	}
	expect(await page.evaluate(() => window.reached.size) === wanted, `Tab to reach ${wanted} elements`);
}

const snippetOf = (page, client) => page.locator(`.code[data-name="${client}"] pre`).textContent();

const tests = {
	async 'layout, contrast and structure'(browser, urls) {
		for (const [server, url] of Object.entries(urls)) {
			for (const [device, viewport] of Object.entries(viewports)) {
				const { page, check } = await open(browser, url, { viewport });
				await checkWidth(page);
				if (screenshots) {
					for (const colorScheme of ['dark', 'light']) {
						await page.emulateMedia({ colorScheme });
						await page.screenshot({ path: join(screenshots, `${server}-${device}-${colorScheme}.png`), fullPage: true });
					}
				}
				await openAll(page);
				await checkWidth(page);
				await page.emulateMedia({ colorScheme: 'light' });
				await checkAccessibility(page, 'document-title', 'heading-order', 'color-contrast');
				await page.emulateMedia({ colorScheme: 'dark' });
				await checkAccessibility(page, 'color-contrast');
				await check();
			}
		}
	},
	async 'modes'(browser, urls) {
		for (const [server, url] of Object.entries(urls)) {
			const { page, check } = await open(browser, url);
			const shown = await page.locator('.modes dt').allTextContents();
			expect(shown.join() === servers[server].modes.join(), `the modes of ${server}, got ${shown}`);
			await check();
		}
	},
	async 'keyboard'(browser, urls) {
		const { page, check } = await open(browser, urls.sandbox, { viewport: viewports.desktop, reducedMotion: 'reduce' });
		await checkFocus(page);
		const second = page.locator('details[name=client] summary').nth(1);
		await second.focus();
		await page.keyboard.press('Enter');
		expect(await page.locator('details[name=client][open]').count() === 1, 'one client to be open');
		await page.keyboard.press('Tab');
		const button = page.getByRole('button', { name: 'Copy: Claude Desktop' });
		const { width } = await button.boundingBox();
		await page.keyboard.press('Enter');
		await page.getByText('Copied', { exact: true }).waitFor();
		expect((await button.boundingBox()).width === width, 'the button to stay as wide as it was');
		expect(await page.evaluate(() => navigator.clipboard.readText()) === await snippetOf(page, 'Claude Desktop'), 'the clipboard to have the snippet');
		expect(/Claude Desktop: copied/.test(await page.locator('[role=status]').textContent()), 'the copy to be announced');
		await page.getByRole('button', { name: 'Run list_repo_issues' }).focus();
		await page.keyboard.press('Enter');
		await page.locator('#result').waitFor();
		expect(await page.evaluate(() => document.activeElement?.id) === 'result', 'the result to have the focus');
		await checkFocus(page);
		await check();
	},
	async 'copy without the clipboard API, as over plain HTTP'(browser, urls) {
		const { page, check } = await open(browser, urls.sandbox);
		await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
		await page.getByRole('button', { name: 'Copy: Claude Code' }).click();
		await page.getByText('Copied', { exact: true }).waitFor();
		await page.locator('#argument-owner').fill('');
		await page.locator('#argument-owner').focus();
		await page.keyboard.press('ControlOrMeta+V');
		expect(await page.locator('#argument-owner').inputValue() === await snippetOf(page, 'Claude Code'), 'the clipboard to have the snippet');
		await check();
	},
	async 'copy where the browser forbids it'(browser, urls) {
		const { page, check } = await open(browser, urls.sandbox);
		await page.evaluate(() => { navigator.clipboard.writeText = () => Promise.reject(new Error('forbidden')); });
		await page.getByRole('button', { name: 'Copy: Claude Code' }).click();
		await page.getByText('Selected', { exact: true }).waitFor();
		expect(await page.evaluate(() => String(getSelection())) === await snippetOf(page, 'Claude Code'), 'the snippet to be selected');
		expect(/Claude Code: not copied, but selected/.test(await page.locator('[role=status]').textContent()), 'that to be announced');
		await check();
	},
	async 'without scripts'(browser, urls) {
		const { page, check } = await open(browser, urls.sandbox, { viewport: viewports.phone, javaScriptEnabled: false });
		expect(await page.getByRole('button', { name: /Copy/ }).count() === 0, 'no button that would not work');
		const tools = page.locator('section[aria-labelledby=tools] details').first();
		expect(!await tools.locator('.tool').first().isVisible(), 'the tools to be folded');
		await tools.locator('summary').click();
		expect(await tools.locator('.tool').first().isVisible(), 'the tools to unfold');
		await page.getByLabel('Tool', { exact: true }).selectOption('get_issue');
		await page.getByRole('button', { name: 'Show arguments' }).click();
		await page.getByRole('button', { name: 'Run get_issue' }).click();
		expect(/^number: 1$/m.test(await page.locator('pre.result').textContent()), 'the issue');
		await page.getByLabel('number').fill('999');
		await page.getByRole('button', { name: 'Run get_issue' }).click();
		expect(await page.getByRole('heading', { name: 'The call failed' }).isVisible(), 'the failure');
		await page.getByLabel('owner').fill('"><img src=x onerror=alert(1)><script>alert(1)</script>');
		await page.getByRole('button', { name: 'Run get_issue' }).click();
		expect(await page.locator('img').count() === 0 && /<img/.test(await page.locator('pre.result').textContent()), 'the text to be escaped');
		await check();
	},
	async 'results'(browser, urls) {
		for (const [server, device, colorScheme] of [['sandbox', 'phone', 'dark'], ['forges', 'desktop', 'light']]) {
			const { page, check } = await open(browser, urls[server], { viewport: viewports[device], colorScheme, reducedMotion: 'reduce' });
			await page.getByRole('button', { name: 'Run list_repo_issues' }).click();
			await page.getByRole('heading', { name: 'Result' }).waitFor();
			await checkWidth(page);
			await checkAccessibility(page, 'heading-order', 'color-contrast');
			if (screenshots) await page.screenshot({ path: join(screenshots, `${server}-${device}-${colorScheme}-result.png`) });
			await check();
		}
	},
	async 'examples of every forge'(browser, urls) {
		const { page, check } = await open(browser, urls.forges, { reducedMotion: 'reduce' });
		for (const tool of ['get_issue', 'github_list_repo_issues', 'github_get_issue', 'gitlab_list_project_issues', 'gitlab_get_issue']) {
			await page.getByLabel('Tool', { exact: true }).selectOption(tool);
			await page.getByRole('button', { name: 'Show arguments' }).click();
			await page.getByRole('button', { name: `Run ${tool}` }).click();
			expect(await page.locator('#result').textContent() === 'Result', `${tool} to succeed, got ${await page.locator('pre.result').textContent()}`);
		}
		await check();
	},
	async 'snippets'(browser, urls) {
		for (const [server, url] of Object.entries(urls)) {
			const { page, check } = await open(browser, url);
			for (const client of ['Claude Desktop', 'VS Code', 'Cursor', 'opencode', 'Gemini CLI', 'Windsurf']) {
				expect(JSON.parse(await snippetOf(page, client)), `${client} to be JSON`);
			}
			const env = { PATH: process.env.PATH, HOME: home, NO_PROXY: '*', GITCODE_MCP_SECRET: secret, GITCODE_TOKEN: 'sandbox-token', GITHUB_TOKEN: 'github-sandbox-token', GITLAB_TOKEN: 'gitlab-sandbox-token' };
			const response = JSON.parse(execFileSync('sh', ['-c', await snippetOf(page, 'curl')], { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'ignore'] }));
			expect(response.result && !response.result.isError, `curl to succeed with ${server}, got ${JSON.stringify(response).slice(0, 300)}`);
			await check();
		}
	},
	async 'reduced motion'(browser, urls) {
		for (const [reducedMotion, behavior] of [['reduce', 'auto'], ['no-preference', 'smooth']]) {
			const { page, check } = await open(browser, urls.sandbox, { reducedMotion });
			expect(await page.evaluate(() => getComputedStyle(document.documentElement).scrollBehavior) === behavior, `scrolling to be ${behavior}`);
			await check();
		}
	},
};

const running = {};
let browser;
let failed = false;
try {
	for (const [name, server] of Object.entries(servers)) running[name] = await serve(server);
	const urls = Object.fromEntries(Object.entries(running).map(([name, { url }]) => [name, url]));
	browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
	console.log(`Chromium ${browser.version()}, axe-core ${axe.version}`);
	for (const [name, test] of Object.entries(tests)) {
		const start = Date.now();
		try {
			await test(browser, urls);
			console.log(`ok      ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
		} catch (error) {
			failed = true;
			console.log(`FAILED  ${name}: ${error.message}`);
		}
	}
} finally {
	await browser?.close();
	for (const { stop } of Object.values(running)) stop();
	rmSync(home, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
