package sanitize

import (
	"strings"
	"testing"
)

// BenchmarkJSON measures results of about 10 kB.
func BenchmarkJSON(b *testing.B) {
	filter := Filter{Secrets: []string{"s3cr3t-token-of-40-characters-in-length-"}}
	for _, bench := range []struct{ name, row string }{
		{"ASCII", `{"number":4711,"title":"Crash when the list of issues is empty","labels":["bug","ui"]},`},
		{"Chinese", `{"number":4711,"title":"问题列表为空时白屏，首页也打不开","labels":["缺陷","界面"]},`},
		{"Persian", `{"number":4711,"title":"نمی\u200cخواهم این فهرست خالی باشد","labels":["خطا"]},`},
		{"emoji", `{"number":4711,"title":"✅ done 👩🏽‍💻 ❤️ 🏳️‍🌈","labels":["🐛"]},`},
	} {
		text := []byte(strings.Repeat(bench.row, 10_000/len(bench.row)))
		b.Run(bench.name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := filter.JSON(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkText measures texts of about 10 kB.
func BenchmarkText(b *testing.B) {
	filter := Filter{Secrets: []string{"s3cr3t-token-of-40-characters-in-length-"}}
	for _, bench := range []struct{ name, piece string }{
		{"ASCII", "Crash when the list of issues is empty.\n"},
		{"hidden", "Crash\u200b when\u202e the list\U000e0061 is empty.\n"},
		{"joiners", "نمی\u200cخواهم"},
		{"marks between joiners", "ب\u200c" + strings.Repeat("\u064e", 500)},
	} {
		text := strings.Repeat(bench.piece, 10_000/len(bench.piece))
		b.Run(bench.name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				filter.Text(text)
			}
		})
	}
}
