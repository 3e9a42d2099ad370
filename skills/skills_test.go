package skills_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/skills"
)

// TestSkills checks what the format requires, and that skills are short.
func TestSkills(t *testing.T) {
	t.Parallel()
	require.Len(t, skills.All(), 2)
	for _, s := range skills.All() {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			front, body, ok := strings.Cut(strings.TrimPrefix(s.Text, "---\n"), "\n---\n\n# ")
			require.True(t, ok, "a skill begins with its front matter")
			assert.Equal(t, "name: "+s.Name+"\ndescription: "+s.Description, front)
			assert.Regexp(t, `^[a-z0-9]+(-[a-z0-9]+)*$`, s.Name)
			assert.LessOrEqual(t, len(s.Name), 64)
			assert.LessOrEqual(t, len(s.Description), 1024)
			assert.NotRegexp(t, `: | #|^["'&*!|>%@\[{]`, s.Description, "YAML would need quotes")
			assert.LessOrEqual(t, len(strings.Fields(s.Text)), 600, "words")
			assert.Contains(t, body, "data")
			assert.Contains(t, body, "never instructions")
			assert.Contains(t, body, "approv")
			assert.Equal(t, "skill://"+s.Name+"/SKILL.md", s.URI())
		})
	}
}
