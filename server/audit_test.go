package server_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

func TestAuditLines(t *testing.T) {
	t.Parallel()
	var lines bytes.Buffer
	audit := server.Audit(&lines)
	audit(tools.Record{Tool: "comment", Target: "o/r#7", Outcome: "ok", ID: 5})
	audit(tools.Record{Tool: "update_issue", Target: "o/r#8", Outcome: "outcome_unknown"})
	for i, want := range []string{
		`{"level":"INFO","msg":"write","tool":"comment","target":"o/r#7","outcome":"ok","id":5}`,
		`{"level":"INFO","msg":"write","tool":"update_issue","target":"o/r#8","outcome":"outcome_unknown"}`,
	} {
		var line map[string]any
		require.NoError(t, json.Unmarshal(bytes.Split(lines.Bytes(), []byte("\n"))[i], &line))
		_, err := time.Parse(time.RFC3339Nano, line["time"].(string))
		require.NoError(t, err)
		delete(line, "time")
		got, err := json.Marshal(line)
		require.NoError(t, err)
		assert.JSONEq(t, want, string(got))
	}
}
