//! Pictures as a finder of QR codes wants them: shades of grey, upright, in several sizes.
//!
//! The one idea: every picture becomes one byte a pixel, 0 black to 255 white, on white ground.
//! It must not decode anything larger than the caller allows, whatever a header claims.

use std::io::Cursor;

use image_webp::WebPDecoder;
use png::Transformations;
use zeroize::Zeroizing;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// A picture in shades of grey. Wiped when dropped, since it shows a secret.
#[derive(Clone)]
pub(super) struct Grey {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Row by row; `width * height` of them, both at least 1.
    pub(super) pixels: Zeroizing<Vec<u8>>,
}

/// Why there is no picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PictureError {
    /// It is damaged or cut off.
    Broken,
    /// It has more pixels than allowed.
    TooLarge,
}

/// Kinds of pictures that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PictureKind {
    Png,
    Jpeg,
    WebP,
}

impl PictureKind {
    /// The kind, by the first bytes.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x89, b'P', b'N', b'G', ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::WebP),
            _ => None,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
            Self::WebP => "WebP",
        }
    }
}

/// The kind of a picture that is not read, by its first bytes.
pub(super) fn kind_not_read(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => media(bytes),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("GIF"),
        [b'I', b'I', 0x2a, 0, ..] | [b'M', b'M', 0, 0x2a, ..] => Some("TIFF"),
        // The size and then zeros: a text may begin with the two letters.
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => Some("BMP"),
        [b'%', b'P', b'D', b'F', b'-', ..] => Some("PDF"),
        [0xff, 0x0a, ..] | [0, 0, 0, 0x0c, b'J', b'X', b'L', b' ', ..] => Some("JPEG XL"),
        _ => None,
    }
}

/// The kind of a picture among the base media files (ISO/IEC 14496-12), which are films, too: by the brand of the file, and by
/// those that it goes with.
fn media(bytes: &[u8]) -> Option<&'static str> {
    let size = usize::try_from(u32::from_be_bytes(*bytes.first_chunk()?)).unwrap_or(usize::MAX);
    let brands = bytes.get(8..size.clamp(12, 256).min(bytes.len()))?;
    let (main, others) = brands.split_at_checked(4)?;
    // Behind the main brand stands its version.
    let brands = || std::iter::once(main).chain(others.chunks_exact(4).skip(1));
    let has = |wanted: &[&[u8]]| brands().any(|brand| wanted.contains(&brand));
    if has(&[b"avif", b"avis"]) {
        Some("AVIF")
    } else if has(&[b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs"]) {
        Some("HEIC")
    } else if has(&[b"mif1", b"mif2", b"msf1", b"miaf"]) {
        Some("HEIF")
    } else {
        None
    }
}

/// Decodes a picture of at most `most` pixels.
pub(super) fn decode(kind: PictureKind, bytes: &[u8], most: u64) -> Result<Grey, PictureError> {
    let Raster { width, height, samples, channels } = match kind {
        PictureKind::Png => png(bytes, most),
        PictureKind::Jpeg => jpeg(bytes, most),
        PictureKind::WebP => webp(bytes, most),
    }?;
    let pixels: Vec<u8> = match channels {
        1 => samples.to_vec(),
        2 => samples.chunks_exact(2).map(|p| on_white(p[0], p[1])).collect(),
        3 => samples.chunks_exact(3).map(luminance).collect(),
        _ => samples.chunks_exact(4).map(|p| on_white(luminance(p), p[3])).collect(),
    };
    if pixels.is_empty() || pixels.len() != width * height {
        return Err(PictureError::Broken);
    }
    Ok(Grey { width, height, pixels: Zeroizing::new(pixels) })
}

/// How many pixels a picture has, by its head alone. `None`: no picture, or a broken one.
pub(super) fn pixels(bytes: &[u8]) -> Option<u64> {
    let (width, height) = match PictureKind::of(bytes)? {
        PictureKind::Png => {
            let mut decoder = png::Decoder::new(Cursor::new(bytes));
            let header = decoder.read_header_info().ok()?;
            (u64::from(header.width), u64::from(header.height))
        }
        PictureKind::Jpeg => {
            let mut decoder = jpeg_decoder(bytes);
            decoder.decode_headers().ok()?;
            let (width, height) = decoder.dimensions()?;
            (width as u64, height as u64)
        }
        PictureKind::WebP => {
            let (width, height) = WebPDecoder::new(Cursor::new(bytes)).ok()?.dimensions();
            (u64::from(width), u64::from(height))
        }
    };
    Some(width * height)
}

/// Grey, grey and alpha, RGB or RGBA, a byte each.
struct Raster {
    width: usize,
    height: usize,
    samples: Zeroizing<Vec<u8>>,
    channels: usize,
}

fn png(bytes: &[u8], most: u64) -> Result<Raster, PictureError> {
    let bound = usize::try_from(most.saturating_mul(8)).unwrap_or(usize::MAX);
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), png::Limits { bytes: bound });
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let header = decoder.read_header_info().map_err(|_| PictureError::Broken)?;
    is_allowed(header.width as usize, header.height as usize, most)?;
    let mut reader = decoder.read_info().map_err(|_| PictureError::Broken)?;
    let size = reader.output_buffer_size().ok_or(PictureError::TooLarge)?;
    let mut samples = Zeroizing::new(vec![0; size]);
    let frame = reader.next_frame(&mut samples).map_err(|_| PictureError::Broken)?;
    samples.truncate(frame.buffer_size());
    let channels = frame.color_type.samples();
    Ok(Raster { width: frame.width as usize, height: frame.height as usize, samples, channels })
}

/// Reads every width and height that a head can name, for the bound to be ours.
fn jpeg_decoder(bytes: &[u8]) -> JpegDecoder<&[u8]> {
    let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::Luma);
    let options = options.set_max_width(usize::from(u16::MAX)).set_max_height(usize::from(u16::MAX));
    JpegDecoder::new_with_options(bytes, options)
}

fn jpeg(bytes: &[u8], most: u64) -> Result<Raster, PictureError> {
    let mut decoder = jpeg_decoder(bytes);
    decoder.decode_headers().map_err(|_| PictureError::Broken)?;
    let (width, height) = decoder.dimensions().ok_or(PictureError::Broken)?;
    is_allowed(width, height, most)?;
    let samples = Zeroizing::new(decoder.decode().map_err(|_| PictureError::Broken)?);
    Ok(Raster { width, height, samples, channels: 1 })
}

fn webp(bytes: &[u8], most: u64) -> Result<Raster, PictureError> {
    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(|_| PictureError::Broken)?;
    let (width, height) = decoder.dimensions();
    is_allowed(width as usize, height as usize, most)?;
    decoder.set_memory_limit(usize::try_from(most.saturating_mul(8)).unwrap_or(usize::MAX));
    let size = decoder.output_buffer_size().ok_or(PictureError::TooLarge)?;
    let mut samples = Zeroizing::new(vec![0; size]);
    decoder.read_image(&mut samples).map_err(|_| PictureError::Broken)?;
    let channels = if decoder.has_alpha() { 4 } else { 3 };
    Ok(Raster { width: width as usize, height: height as usize, samples, channels })
}

fn is_allowed(width: usize, height: usize, most: u64) -> Result<(), PictureError> {
    if width as u64 * height as u64 > most { Err(PictureError::TooLarge) } else { Ok(()) }
}

/// Rec. 601 weights, in 256ths.
fn luminance(pixel: &[u8]) -> u8 {
    let [red, green, blue] = [pixel[0], pixel[1], pixel[2]].map(u32::from);
    ((77 * red + 150 * green + 29 * blue) >> 8) as u8
}

fn on_white(grey: u8, alpha: u8) -> u8 {
    let (grey, alpha) = (u32::from(grey), u32::from(alpha));
    ((grey * alpha + 255 * (255 - alpha)) / 255) as u8
}

impl Grey {
    /// Light for dark: dark mode draws QR codes in white on black.
    pub(super) fn invert(&mut self) {
        for pixel in self.pixels.iter_mut() {
            *pixel = 255 - *pixel;
        }
    }

    /// Each pixel as a square of `factor` by `factor`, for modules that are too small for the finders.
    pub(super) fn enlarged(&self, factor: usize) -> Self {
        let (width, height) = (self.width * factor, self.height * factor);
        let mut pixels = Zeroizing::new(Vec::with_capacity(width * height));
        for row in self.pixels.chunks_exact(self.width) {
            for _ in 0..factor {
                pixels.extend(row.iter().flat_map(|pixel| std::iter::repeat_n(*pixel, factor)));
            }
        }
        Self { width, height, pixels }
    }

    /// Three times as large, with shades between the pixels: modules of two blurred pixels get the edges that the finders look
    /// for.
    pub(super) fn smoothed(&self) -> Self {
        const FACTOR: usize = 3;
        let (width, height) = (self.width * FACTOR, self.height * FACTOR);
        // The pixel before, the one behind, and how many thirds of the way lie between.
        let between = |place: usize, size: usize| {
            let sixths = (2 * place + 1).saturating_sub(FACTOR);
            let first = (sixths / (2 * FACTOR)).min(size - 1);
            (first, (first + 1).min(size - 1), sixths % (2 * FACTOR))
        };
        let columns: Vec<_> = (0..width).map(|x| between(x, self.width)).collect();
        let mut pixels = Zeroizing::new(Vec::with_capacity(width * height));
        for y in 0..height {
            let (above, below, down) = between(y, self.height);
            let [above, below] = [above, below].map(|row| &self.pixels[row * self.width..(row + 1) * self.width]);
            pixels.extend(columns.iter().map(|(left, right, along)| {
                let mix = |a: u8, b: u8, part: usize| usize::from(a) * (2 * FACTOR - part) + usize::from(b) * part;
                let [above, below] = [above, below].map(|row| mix(row[*left], row[*right], *along));
                ((above * (2 * FACTOR - down) + below * down) / (4 * FACTOR * FACTOR)) as u8
            }));
        }
        Self { width, height, pixels }
    }

    /// The mean of every two by two pixels: smooths the noise of a large photograph. An odd last row or column is cut.
    pub(super) fn halved(&self) -> Self {
        let (width, height) = (self.width / 2, self.height / 2);
        let mut pixels = Zeroizing::new(Vec::with_capacity(width * height));
        for rows in self.pixels.chunks_exact(2 * self.width) {
            let (upper, lower) = rows.split_at(self.width);
            for (a, b) in upper.chunks_exact(2).zip(lower.chunks_exact(2)) {
                let sum: u32 = [a[0], a[1], b[0], b[1]].map(u32::from).iter().sum();
                pixels.push((sum / 4) as u8);
            }
        }
        Self { width, height, pixels }
    }

    /// Black and white: black where a pixel is darker than its neighbours in the row, so that a shadow or a gradient
    /// over the picture does no harm.
    pub(super) fn levelled(&self) -> Self {
        let reach = (self.width / 8).max(1);
        let mut pixels = Zeroizing::new(Vec::with_capacity(self.pixels.len()));
        let mut sums = vec![0_u64; self.width + 1];
        for row in self.pixels.chunks_exact(self.width) {
            for (x, pixel) in row.iter().enumerate() {
                sums[x + 1] = sums[x] + u64::from(*pixel);
            }
            pixels.extend(row.iter().enumerate().map(|(x, pixel)| {
                let (left, right) = (x.saturating_sub(reach), (x + reach + 1).min(self.width));
                let neighbours = (right - left) as u64;
                let darker = u64::from(*pixel) * neighbours * 100 < (sums[right] - sums[left]) * 95;
                if darker { 0 } else { 255 }
            }));
        }
        Self { width: self.width, height: self.height, pixels }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        let grey = Grey { width: 3, height: 2, pixels: Zeroizing::new(vec![0, 100, 7, 200, 100, 7]) };
        let large = grey.enlarged(2);
        assert_eq!((large.width, large.height), (6, 4));
        assert_eq!(large.pixels[6..12], [0, 0, 100, 100, 7, 7]);
        let smooth = Grey { width: 2, height: 1, pixels: Zeroizing::new(vec![0, 60]) }.smoothed();
        assert_eq!((smooth.width, smooth.height, &smooth.pixels[..6]), (6, 3, &[0, 0, 20, 40, 60, 60][..]));
        let small = grey.halved();
        assert_eq!((small.width, small.height, small.pixels.as_slice()), (1, 1, &[100][..]));
    }

    #[test]
    fn level() {
        let gradient = Grey { width: 8, height: 1, pixels: Zeroizing::new(vec![10, 2, 30, 40, 20, 60, 70, 50]) };
        assert_eq!(gradient.levelled().pixels.as_slice(), [255, 0, 255, 255, 0, 255, 255, 0]);
    }

    #[test]
    fn shades() {
        assert_eq!((luminance(&[255; 3]), luminance(&[0; 3])), (255, 0));
        assert_eq!((on_white(0, 255), on_white(0, 0), on_white(0, 128)), (0, 255, 127));
    }
}
