package fetch_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fetch"
)

func TestTypeOf(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{
		"\x89PNG\r\n\x1a\n":                "image/png",
		"\xff\xd8\xff\xe0":                 "image/jpeg",
		"GIF89a":                           "image/gif",
		"RIFF\x00\x00\x00\x00WEBPVP8 ":     "image/webp",
		"BM\x00\x00":                       "image/bmp",
		"":                                 fetch.Text,
		"log 日志\r\n\t\x1b[31mred\x1b[0m\n": fetch.Text,
		"\ufefftext":                       fetch.Text,
		"<svg xmlns=\"http://www.w3.org/2000/svg\">":                        fetch.SVG,
		"\ufeff \n<?xml version=\"1.0\"?>\n<!-- x --><!DOCTYPE svg>\n<SVG>": fetch.SVG,
		`<?xml version="1.0"?><s:svg xmlns:s="http://www.w3.org/2000/svg">`: fetch.SVG,
		"<!doctype html><p>":               fetch.HTML,
		" <html><svg>":                     fetch.HTML,
		"<?xml version=\"1.0\"?><pom>":     fetch.Text,
		"How to draw: <svg>":               fetch.Text,
		"\xff\xfel\x00o\x00g\x00":          "application/octet-stream", // UTF-16
		"\xc8\xd5\xd6\xbe":                 "application/octet-stream", // GBK
		"a\x00b":                           "application/octet-stream",
		"%PDF-1.7":                         "application/pdf",
		"PK\x03\x04":                       "application/zip",
		"\x1f\x8b\x08":                     "application/x-gzip",
		strings.Repeat("x", 5000) + "\x00": "application/octet-stream",
	} {
		assert.Equal(t, want, fetch.TypeOf([]byte(content)), "%.50q", content)
	}
	assert.True(t, fetch.IsImage("image/webp"))
	assert.False(t, fetch.IsImage(fetch.SVG))
}
