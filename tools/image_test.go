package tools_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fetch"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// drawing returns an image in which a red rectangle covers the right half.
func drawing(width, height int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := width / 2; x < width; x++ {
			img.SetNRGBA(x, y, color.NRGBA{255, 0, 0, 255})
		}
	}
	return img
}

// noise returns an image that cannot be compressed.
func noise(width, height int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	random := rand.New(rand.NewPCG(1, 2))
	for i := range img.Pix {
		img.Pix[i] = byte(random.Uint32())
	}
	return img
}

func encodedPNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, img))
	return b.Bytes()
}

func encodedJPEG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, jpeg.Encode(&b, img, nil))
	return b.Bytes()
}

func encodedGIF(t testing.TB, g *gif.GIF) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, gif.EncodeAll(&b, g))
	return b.Bytes()
}

// A WebP image of one pixel, with loss and without.
var (
	lossyWebP, _    = base64.StdEncoding.DecodeString("UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoBAAEAAgA0JaQAA3AA/vuUAAA=")
	losslessWebP, _ = base64.StdEncoding.DecodeString("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
)

func newImage(content []byte) (*tools.Image, error) {
	return tools.NewImage(fetch.TypeOf(content), content)
}

func TestNewImage(t *testing.T) {
	t.Parallel()
	palette := color.Palette{color.Black, color.White}
	frame := func(x0, y0, x1, y1 int) *image.Paletted {
		return image.NewPaletted(image.Rect(x0, y0, x1, y1), palette)
	}
	for name, test := range map[string]struct {
		content       []byte
		mediaType     string
		width, height int
		fromW, fromH  int
	}{
		"small PNG":        {encodedPNG(t, drawing(300, 200)), "image/png", 300, 200, 300, 200},
		"one pixel":        {encodedPNG(t, drawing(1, 1)), "image/png", 1, 1, 1, 1},
		"large PNG":        {encodedPNG(t, drawing(3000, 2000)), "image/png", 1024, 682, 3000, 2000},
		"tall PNG":         {encodedPNG(t, drawing(10, 10_000)), "image/png", 1, 1024, 10, 10_000},
		"16 bits":          {encodedPNG(t, image.NewNRGBA64(image.Rect(0, 0, 2048, 1024))), "image/png", 1024, 512, 2048, 1024},
		"gray":             {encodedPNG(t, image.NewGray(image.Rect(0, 0, 2048, 1024))), "image/png", 1024, 512, 2048, 1024},
		"noise":            {encodedPNG(t, noise(1024, 1024)), "image/jpeg", 0, 0, 1024, 1024},
		"small JPEG":       {encodedJPEG(t, drawing(300, 200)), "image/jpeg", 300, 200, 300, 200},
		"large JPEG":       {encodedJPEG(t, drawing(2000, 3000)), "image/jpeg", 682, 1024, 2000, 3000},
		"GIF":              {encodedGIF(t, &gif.GIF{Image: []*image.Paletted{frame(0, 0, 40, 30), frame(0, 0, 40, 30)}, Delay: []int{1, 1}}), "image/png", 40, 30, 40, 30},
		"GIF with a frame": {encodedGIF(t, &gif.GIF{Image: []*image.Paletted{frame(5, 0, 6, 2000)}, Delay: []int{0}, Config: image.Config{Width: 2000, Height: 2000}}), "image/png", 1, 1024, 2000, 2000},
		"lossy WebP":       {lossyWebP, "image/png", 1, 1, 1, 1},
		"lossless WebP":    {losslessWebP, "image/png", 1, 1, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			img, err := newImage(test.content)
			require.NoError(t, err)
			assert.Equal(t, test.mediaType, img.Type)
			assert.LessOrEqual(t, len(img.Data), 150_000)
			if test.width > 0 {
				assert.Equal(t, []int{test.width, test.height}, []int{img.Width, img.Height})
			}
			assert.Equal(t, []int{test.fromW, test.fromH}, []int{img.FileWidth, img.FileHeight})
			shown, format, err := image.Decode(bytes.NewReader(img.Data))
			require.NoError(t, err)
			assert.Equal(t, test.mediaType, "image/"+format)
			assert.Equal(t, []int{img.Width, img.Height}, []int{shown.Bounds().Dx(), shown.Bounds().Dy()})
			assert.LessOrEqual(t, max(img.Width, img.Height), 1024)
		})
	}
}

// TestImageShowsTheFile checks the colors of an image after it was scaled in bands.
func TestImageShowsTheFile(t *testing.T) {
	t.Parallel()
	for name, content := range map[string][]byte{"PNG": encodedPNG(t, drawing(2048, 3000)), "JPEG": encodedJPEG(t, drawing(2048, 3000))} {
		img, err := newImage(content)
		require.NoError(t, err)
		shown, _, err := image.Decode(bytes.NewReader(img.Data))
		require.NoError(t, err)
		for y := range img.Height {
			r, g, _, _ := shown.At(img.Width*3/4, y).RGBA()
			assert.True(t, r>>8 > 240 && g>>8 < 16, "%s: the right half is red in row %d", name, y)
			if _, g, _, a := shown.At(img.Width/4, y).RGBA(); name == "PNG" {
				assert.Zero(t, a, "the left half is transparent")
			} else {
				assert.Less(t, g>>8, uint32(16), "it was black") // the JPEG was made without transparency
			}
		}
	}
}

// chunk returns a chunk of a PNG file.
func chunk(kind string, data []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	b = append(append(b, kind...), data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// bombPNG returns a PNG file that says that it has a size.
func bombPNG(width, height uint32, depth, colors byte) []byte {
	return interlacedPNG(width, height, depth, colors, 0)
}

func interlacedPNG(width, height uint32, depth, colors, interlace byte) []byte {
	header := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, width), height)
	b := append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(header, depth, colors, 0, 0, interlace))...)
	return append(append(b, chunk("IDAT", make([]byte, 100))...), chunk("IEND", nil)...)
}

// bombJPEG returns a JPEG file that says that it has a size, with a frame of a kind
// after other segments.
func bombJPEG(width, height uint16, marker byte, segments string) []byte {
	b := append([]byte("\xff\xd8"+segments+"\xff"), marker, 0, 17, 8)
	b = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(b, height), width)
	b = append(b, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0)
	return append(b, "\xff\xda\x00\x0c\x03\x01\x00\x02\x00\x03\x00\x00\x3f\x00"+strings.Repeat("\x00", 1000)...)
}

// bombWebP returns a WebP file of chunks.
func bombWebP(chunks ...string) []byte {
	body := "WEBP" + strings.Join(chunks, "")
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

// TestBombs checks that images that would take much memory are rejected before.
func TestBombs(t *testing.T) {
	canvas := "VP8X\x0a\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"   // 1 × 1
	alpha := "VP8X\x0a\x00\x00\x00\x10\x00\x00\x00\xff\xff\x00\xff\x7f\x00"    // 65,536 × 32,768
	lossless := "VP8L\x0a\x00\x00\x00\x2f\xff\xff\xff\x0f\x00\x00\x00\x00\x00" // 16,384 × 16,384
	const many, narrow, damaged = ", too many to decode", ", too long and narrow to show", "the image is damaged or of a kind that cannot be decoded"
	for name, test := range map[string]struct {
		content []byte
		message string
	}{
		"1 × 100,000 PNG":    {bombPNG(1, 100_000, 8, 2), "the image has 1 × 100,000 pixels" + narrow},
		"100,000 × 1 PNG":    {encodedPNG(t, image.NewGray(image.Rect(0, 0, 100_000, 1))), "the image has 100,000 × 1 pixels" + narrow},
		"1 × 65,535 JPEG":    {bombJPEG(1, 65_535, 0xc0, ""), narrow},
		"PNG":                {bombPNG(100_000, 100_000, 8, 6), "the image has 100,000 × 100,000 pixels" + many},
		"largest PNG":        {bombPNG(1<<31-1, 1<<31-1, 8, 6), damaged},
		"no PNG":             {bombPNG(0, 10, 8, 6), damaged},
		"41 megapixels":      {bombPNG(6405, 6404, 8, 6), many},
		"16 bits":            {bombPNG(5000, 5000, 16, 6), "the image has 5,000 × 5,000 pixels" + many},
		"JPEG":               {bombJPEG(65_000, 65_000, 0xc0, ""), many},
		"progressive":        {bombJPEG(4000, 4000, 0xc2, ""), "the image has 4,000 × 4,000 pixels" + many},
		"hidden progressive": {bombJPEG(4000, 4000, 0xc2, "\xff\xd0"), many},
		"interlaced PNG":     {interlacedPNG(5000, 5000, 8, 6, 1), "the image has 5,000 × 5,000 pixels" + many},
		"RGB in JPEG":        {bombJPEG(5000, 5000, 0xc0, "\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00"), "the image has 5,000 × 5,000 pixels" + many},
		"alpha of WebP":      {bombWebP("VP8X\x0a\x00\x00\x00\x10\x00\x00\x00\x87\x13\x00\x87\x13\x00"), "the image has 5,000 × 5,000 pixels" + many},
		"GIF":                {[]byte("GIF89a\xff\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\xff\xff\xff\xff\x00\x02\x00;"), "the image has 65,535 × 65,535 pixels" + many},
		"GIF's frame":        {[]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00,\x00\x00\x00\x00\xff\xff\xff\xff\x00\x02\x00;"), damaged},
		"WebP":               {bombWebP(lossless), "the image has 16,384 × 16,384 pixels" + many},
		"WebP on a canvas":   {bombWebP(canvas, lossless), damaged},
		"WebP with alpha":    {bombWebP(alpha, "ALPH\x02\x00\x00\x00\x01\x00", lossless), damaged},
		"animated WebP":      {bombWebP("VP8X\x0a\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00", "ANIM\x06\x00\x00\x00\x00\x00\x00\x00\x00\x00"), damaged},
		"no more than begun": {encodedPNG(t, noise(2000, 2000))[:100_000], damaged},
		"only a header":      {[]byte("\x89PNG\r\n\x1a\n"), damaged},
		"SVG":                {[]byte("<svg>"), "the file is not a PNG, JPEG, GIF or WebP image"},
		"BMP":                {[]byte("BM\x00\x00"), "the file is not a PNG, JPEG, GIF or WebP image"},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := newImage(test.content)
			runtime.ReadMemStats(&after)
			require.ErrorContains(t, err, test.message)
			assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(40<<20))
		})
	}
}

// TestLargestImages checks how much memory the largest images take that are decoded.
func TestLargestImages(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(20))
	for name, content := range map[string][]byte{
		"PNG":  encodedPNG(t, image.NewNRGBA(image.Rect(0, 0, 8000, 5000))),
		"JPEG": encodedJPEG(t, image.NewGray(image.Rect(0, 0, 8000, 5000))),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := newImage(content)
		runtime.ReadMemStats(&after)
		require.NoError(t, err, name)
		t.Logf("%s: %d MB allocated", name, (after.TotalAlloc-before.TotalAlloc)>>20)
		assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(600<<20), name)
	}
}
