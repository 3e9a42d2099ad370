package tools

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"
)

// What a model is shown of an image: models scale larger ones down themselves.
const (
	maxImageSide = 1024    // pixels
	maxImageSize = 150_000 // bytes
)

// Decoding an image takes at most maxDecoded bytes and some more for scaling it.
const (
	maxPixels  = 40_000_000
	maxDecoded = 4 * maxPixels
)

var errDamaged = errors.New("the image is damaged or of a kind that cannot be decoded")

// Image is an image for a model.
type Image struct {
	Type          string // image/png or image/jpeg
	Data          []byte
	Width, Height int // in pixels
	// FileWidth and FileHeight are those of the file that the image was made from.
	FileWidth, FileHeight int
}

// Pictured is a result that comes with an image. The limit on the size of a result
// does not include it.
type Pictured interface {
	Picture() *Image // nil if there is none
}

// NewImage returns the image in a file of a media type, with at most 1,024 pixels on
// its longer side and 150 kB. Of an animation it shows the first frame. It decodes
// the file, so nothing that is hidden in one gets through.
func NewImage(mediaType string, content []byte) (*Image, error) {
	read, decode := formatOf(mediaType)
	if read == nil {
		return nil, errors.New("the file is not a PNG, JPEG, GIF or WebP image")
	}
	file, err := read(bytes.NewReader(content))
	if err != nil || file.Width < 1 || file.Height < 1 {
		return nil, errDamaged
	}
	size := fmt.Sprintf("the image has %s × %s pixels", thousands(file.Width), thousands(file.Height))
	switch pixels := int64(file.Width) * int64(file.Height); {
	case pixels > maxPixels, pixels*bytesPerPixel(mediaType, file, content) > maxDecoded:
		return nil, errors.New(size + ", too many to decode")
	case max(file.Width, file.Height) > maxImageSide*min(file.Width, file.Height):
		return nil, errors.New(size + ", too long and narrow to show")
	}
	source, err := decode(bytes.NewReader(content))
	if err != nil {
		return nil, errDamaged
	}
	width, height := scaled(source.Bounds().Dx(), source.Bounds().Dy()) // a GIF's first frame can be smaller
	img := &Image{FileWidth: file.Width, FileHeight: file.Height}
	for shown := resize(source, width, height); ; shown = resize(shown, width, height) {
		img.Width, img.Height = width, height
		if img.Type, img.Data = compress(shown, mediaType == "image/jpeg"); img.Data != nil {
			return img, nil
		}
		width, height = max(width*3/4, 1), max(height*3/4, 1)
	}
}

// formatOf returns how to read the size of an image and how to decode it.
func formatOf(mediaType string) (read func(io.Reader) (image.Config, error), decode func(io.Reader) (image.Image, error)) {
	switch mediaType {
	case "image/png":
		return png.DecodeConfig, png.Decode
	case "image/jpeg":
		return jpeg.DecodeConfig, jpeg.Decode
	case "image/gif":
		return gif.DecodeConfig, gif.Decode
	case "image/webp":
		return webp.DecodeConfig, webp.Decode
	}
	return nil, nil
}

// bytesPerPixel returns how much memory it takes at most to decode a pixel.
func bytesPerPixel(mediaType string, file image.Config, content []byte) int64 {
	size := int64(4)
	switch {
	case mediaType == "image/jpeg" && isProgressive(content):
		size = 16 // image/jpeg keeps the coefficients of all components, as int32
	case file.ColorModel == color.RGBA64Model, file.ColorModel == color.NRGBA64Model:
		size = 8
	}
	const interlace = 28 // where a PNG file says whether it is interlaced
	switch {
	case mediaType == "image/jpeg" && (file.ColorModel == color.CMYKModel || file.ColorModel == color.RGBAModel), // is converted
		mediaType == "image/png" && len(content) > interlace && content[interlace] != 0, // comes in passes
		file.ColorModel == color.NYCbCrAModel:                                           // has an image for alpha
		size *= 2
	}
	return size
}

// isProgressive reports whether a JPEG file may be another than a sequential one.
func isProgressive(content []byte) bool {
	for i := 2; i+3 < len(content) && content[i] == 0xff; i += 2 + int(content[i+2])<<8 + int(content[i+3]) {
		switch marker := content[i+1]; {
		case marker == 0xc0, marker == 0xc1:
			return false
		case marker == 0xc4, marker == 0xdb, marker == 0xdd, marker >= 0xe0 && marker <= 0xef, marker == 0xfe: // tables and comments
		default:
			return true
		}
	}
	return true
}

// scaled returns the size in which an image is shown.
func scaled(width, height int) (int, int) {
	if side := max(width, height); side > maxImageSide {
		return max(width*maxImageSide/side, 1), max(height*maxImageSide/side, 1)
	}
	return width, height
}

// resize returns an image in another size. It works in bands, because scaling keeps
// the colors of as many pixels as a band has rows of the source.
func resize(source image.Image, width, height int) image.Image {
	from := source.Bounds()
	if from.Dx() == width && from.Dy() == height {
		return source
	}
	const band = 32
	to := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := 0; y < height; y += band {
		end := min(y+band, height)
		rows := image.Rect(from.Min.X, from.Min.Y+y*from.Dy()/height, from.Max.X, from.Min.Y+end*from.Dy()/height)
		draw.BiLinear.Scale(to, image.Rect(0, y, width, end), source, rows, draw.Src, nil)
	}
	return to
}

// compress returns an image as PNG, unless it is a photo, or as JPEG. The data are nil
// if they would be too long.
func compress(img image.Image, photo bool) (mediaType string, data []byte) {
	var b bytes.Buffer
	if !photo {
		if err := png.Encode(&b, img); err == nil && b.Len() <= maxImageSize {
			return "image/png", b.Bytes()
		}
	}
	page := image.NewRGBA(image.Rect(0, 0, img.Bounds().Dx(), img.Bounds().Dy())) // JPEG has no transparency
	draw.Draw(page, page.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(page, page.Bounds(), img, img.Bounds().Min, draw.Over)
	for _, quality := range []int{85, 70, 50} {
		b.Reset()
		if err := jpeg.Encode(&b, page, &jpeg.Options{Quality: quality}); err == nil && b.Len() <= maxImageSize {
			return "image/jpeg", b.Bytes()
		}
	}
	return "", nil
}
