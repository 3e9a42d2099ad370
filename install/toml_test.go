package install

import (
	"testing"

	"github.com/pelletier/go-toml/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const codexTable = "[mcp_servers.gitcode]\ncommand = \"/opt/gitcode-mcp\"\nargs = [\"stdio\"]\nenv_vars = [\"GITCODE_TOKEN\"]\n"

func TestInstallTOML(t *testing.T) {
	t.Parallel()
	plain := testServer()
	plain.Secrets[0].Plain = "token-0123"
	for name, test := range map[string]struct {
		before string
		server *Server
		after  string
	}{
		"no file":       {"", testServer(), codexTable},
		"others":        {"# mine\nmodel = 'm' # the best\n\n[mcp_servers.a]\ncommand='a'", testServer(), "# mine\nmodel = 'm' # the best\n\n[mcp_servers.a]\ncommand='a'\n\n" + codexTable},
		"CRLF":          {"a = 1\r\n", testServer("--read-only"), "a = 1\r\n\r\n[mcp_servers.gitcode]\r\ncommand = \"/opt/gitcode-mcp\"\r\nargs = [\"stdio\", \"--read-only\"]\r\nenv_vars = [\"GITCODE_TOKEN\"]\r\n"},
		"only subtable": {"[mcp_servers.gitcode.tools.get_issue]\napproval_mode = \"approve\"\n", testServer(), "[mcp_servers.gitcode.tools.get_issue]\napproval_mode = \"approve\"\n\n" + codexTable},
		"formatted by hand": {
			"[ mcp_servers . \"gitcode\" ] # ours\n  args=[ 'stdio' ] # how\n  command = '/opt/gitcode-mcp'\n  env_vars = [\n    'HTTPS_PROXY', # mine\n    'GITCODE_TOKEN',\n  ]\n  startup_timeout_sec = 5\n",
			testServer(),
			"[ mcp_servers . \"gitcode\" ] # ours\n  args=[ 'stdio' ] # how\n  command = '/opt/gitcode-mcp'\n  env_vars = [\n    'HTTPS_PROXY', # mine\n    'GITCODE_TOKEN',\n  ]\n  startup_timeout_sec = 5\n",
		},
		"from remote to local": {
			"[mcp_servers.gitcode] # ours\nurl = \"https://x\" # old\nenabled = false\nhttp_headers.X = 'y'\nbearer_token_env_var = \"X\"\n\n[mcp_servers.gitcode.env_http_headers]\nX-GitCode-Token = \"GITCODE_TOKEN\"\n\n# next\n[other]\n",
			testServer(),
			"[mcp_servers.gitcode] # ours\nenabled = false\ncommand = \"/opt/gitcode-mcp\"\nargs = [\"stdio\"]\nenv_vars = [\"GITCODE_TOKEN\"]\n\n# next\n[other]\n",
		},
		"remote": {
			"",
			remoteServer(),
			"[mcp_servers.gitcode]\nurl = \"https://mcp.example.com/mcp\"\nbearer_token_env_var = \"GITCODE_MCP_SECRET\"\nenv_http_headers = { X-GitCode-Token = \"GITCODE_TOKEN\" }\nhttp_headers = { X-MCP-Readonly = \"true\" }\n",
		},
		"plain token into a table": {
			"[mcp_servers.gitcode]\ncommand = \"/opt/gitcode-mcp\"\nargs = [\"stdio\"]\nenv_vars = [\"GITCODE_TOKEN\"]\n\n[mcp_servers.gitcode.env]\nHTTPS_PROXY = \"p\"\nGITHUB_TOKEN = \"old\"\n\n[other]\n",
			plain,
			"[mcp_servers.gitcode]\ncommand = \"/opt/gitcode-mcp\"\nargs = [\"stdio\"]\n\n[mcp_servers.gitcode.env]\nHTTPS_PROXY = \"p\"\nGITCODE_TOKEN = \"token-0123\"\n\n[other]\n",
		},
		"plain token into an inline table": {
			"[mcp_servers.gitcode]\nenv = { HTTPS_PROXY = 'p', GITHUB_TOKEN = 'old' }\n",
			plain,
			"[mcp_servers.gitcode]\nenv = { GITCODE_TOKEN = \"token-0123\", HTTPS_PROXY = 'p' }\ncommand = \"/opt/gitcode-mcp\"\nargs = [\"stdio\"]\n",
		},
		"plain tokens no longer": {
			"[mcp_servers.gitcode]\nenv = { HTTPS_PROXY = 'p', GITCODE_TOKEN = 'old' }\ncommand = \"/opt/gitcode-mcp\"\nargs = [\"stdio\"]",
			testServer(),
			"[mcp_servers.gitcode]\nenv = { HTTPS_PROXY = 'p' }\ncommand = \"/opt/gitcode-mcp\"\nargs = [\"stdio\"]\nenv_vars = [\"GITCODE_TOKEN\"]\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			after, err := client("codex").installTOML(test.before, test.server)
			require.NoError(t, err)
			assert.Equal(t, test.after, after)
			require.NoError(t, toml.Unmarshal([]byte(after), &map[string]any{}))
			again, err := client("codex").installTOML(after, test.server)
			require.NoError(t, err)
			assert.Equal(t, after, again)
		})
	}
}

func TestUninstallTOML(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ before, after string }{
		"absent":        {"[mcp_servers.a]\ncommand = 'a'\n", "[mcp_servers.a]\ncommand = 'a'\n"},
		"alone":         {codexTable, ""},
		"last":          {"a = 1 # one\n\n" + codexTable, "a = 1 # one\n"},
		"between":       {"[a]\n\n# two\n" + codexTable + "[mcp_servers.gitcode.tools.get_issue]\nx = 1\n\n# three\n[b]\n", "[a]\n\n# two\n\n# three\n[b]\n"},
		"inline":        {"[mcp_servers]\na = {}\ngitcode = { command = 'x' } # ours\nb = {}\n", "[mcp_servers]\na = {}\nb = {}\n"},
		"array tables":  {"[[a]]\n[[a]]\nmcp_servers.gitcode.x = 1\n", "[[a]]\n[[a]]\nmcp_servers.gitcode.x = 1\n"},
		"inline, other": {"mcp_servers = { a = {} }\n", "mcp_servers = { a = {} }\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			after, err := client("codex").uninstallTOML(test.before, testServer())
			require.NoError(t, err)
			assert.Equal(t, test.after, after)
		})
	}
}

func TestRefusedTOML(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, want string }{
		"broken":         {"a = 1\n[mcp_servers\n", "line 2"},
		"inline table":   {"\nmcp_servers = { gitcode = {} }\n", "line 2 defines mcp_servers without a header; rewrite it with headers such as [mcp_servers.gitcode]"},
		"dotted members": {"[mcp_servers.gitcode]\nenv_vars.A = 'x'\n", "line 2 defines mcp_servers.gitcode.env_vars with a dotted key; write [mcp_servers.gitcode.env_vars] first"},
		"inline entry":   {"[mcp_servers]\ngitcode = {}\n", "line 2 defines mcp_servers.gitcode without a header"},
		"dotted key":     {"[mcp_servers]\ngitcode.command = 'x'\n", "line 2 defines mcp_servers.gitcode.command without a header"},
		"repeated table": {codexTable + "\n" + codexTable, "line 6 repeats [mcp_servers.gitcode]; remove one of the two"},
		"args as tables": {"[mcp_servers.gitcode.args]\n", "mcp_servers.gitcode.args is a table"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := client("codex").installTOML(test.text, testServer())
			assert.ErrorContains(t, err, test.want)
		})
	}
	_, err := client("codex").uninstallTOML("mcp_servers = { gitcode = {} }", testServer())
	assert.ErrorContains(t, err, "line 1 defines mcp_servers without a header")
}

func TestTextOfTOML(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "a", `C:\Program Files\x.exe`, `"quoted"`, `it's \ "q"`, "tab\tnew\nline\x7f", "语言 😀"} {
		var values struct{ A, B []string }
		document := "a = " + tomlText([]string{text, text}) + "\nb = [" + tomlText(text) + "]\n"
		require.NoError(t, toml.Unmarshal([]byte(document), &values), document)
		assert.Equal(t, []string{text, text}, values.A)
		assert.Equal(t, []string{text}, values.B)
	}
}

// FuzzInstallTOML checks that everything but the entry stays as it is, and that the
// second time changes nothing.
func FuzzInstallTOML(f *testing.F) {
	for _, text := range []string{
		"", "a=1", "[a]\r\nb=2\r\n", "[mcp_servers.gitcode]\nurl='x'\nargs=[\n1]\nenv={A='b'}\n[mcp_servers.gitcode.env_http_headers]\na='b'", "[mcp_servers.gitcode.env]\nGITCODE_TOKEN='x'\n[x]",
		"[mcp_servers]\na.b=1\n[[c]]\n[[c.d]]\n", "\"mcp_servers\".x = '''\n[mcp_servers.gitcode]\n'''", "[mcp_servers.\"git\\u0063ode\"]\nenv_vars=[] # c",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		before := map[string]any{}
		if toml.Unmarshal([]byte(text), &before) != nil {
			return
		}
		c := client("codex")
		installed, err := c.installTOML(text, testServer())
		if err != nil {
			return
		}
		after := map[string]any{}
		require.NoError(t, toml.Unmarshal([]byte(installed), &after), installed)
		again, err := c.installTOML(installed, testServer())
		require.NoError(t, err)
		require.Equal(t, installed, again)
		removed, err := c.uninstallTOML(installed, testServer())
		require.NoError(t, err)
		after = map[string]any{}
		require.NoError(t, toml.Unmarshal([]byte(removed), &after), removed)
		for _, values := range []map[string]any{before, after} {
			if servers, ok := values["mcp_servers"].(map[string]any); ok {
				if delete(servers, "gitcode"); len(servers) == 0 {
					delete(values, "mcp_servers")
				}
			}
		}
		require.Equal(t, before, after)
	})
}
