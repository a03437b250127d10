//! Files that are written: whole or not at all, and never over what is being read.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};

use crate::failure::Failure;

/// Where bytes go.
enum Sink {
    Plain(BufWriter<Box<dyn Write + Send>>),
    Gzip(Box<GzEncoder<BufWriter<Box<dyn Write + Send>>>>),
}

/// A file under way. It bears a name of its own until [`OutputFile::finish`], so that whatever stood in its place stays
/// there until the new one is whole.
pub(crate) struct OutputFile {
    path: PathBuf,
    /// The name it bears meanwhile; `None` for standard output, pipes and devices.
    part: Option<PathBuf>,
    sink: Option<Sink>,
}

impl OutputFile {
    /// Begins a file; `-` is standard output, and a name that ends in `.gz` is packed with gzip.
    ///
    /// A file that is there already is replaced; one of `inputs` is not.
    pub(crate) fn create(path: &Path, inputs: &[&Path]) -> Result<Self, Failure> {
        let fault = |error: std::io::Error| Failure::file(path, &error);
        if path == Path::new("-") {
            return Ok(Self::of(path, None, Box::new(std::io::stdout())));
        }
        if path.is_dir() {
            return Err(Failure::usage("is a folder; name a file in it").in_file(path));
        }
        if let Ok(found) = path.canonicalize() {
            if inputs.iter().any(|input| input.canonicalize().is_ok_and(|input| input == found)) {
                return Err(Failure::usage("is being read; write to another file").in_file(path));
            }
            if !found.is_file() {
                let file = File::options().write(true).open(path).map_err(fault)?;
                return Ok(Self::of(path, None, Box::new(file)));
            }
        }
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = name.ok_or_else(|| Failure::usage("is no name of a file").in_file(path))?;
        let part = path.with_file_name(format!(".{name}.{}.part", std::process::id()));
        let file = File::create(&part).map_err(fault)?;
        Ok(Self::of(path, Some(part), Box::new(file)))
    }

    fn of(path: &Path, part: Option<PathBuf>, stream: Box<dyn Write + Send>) -> Self {
        let plain = BufWriter::with_capacity(1 << 16, stream);
        let packed = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gz"));
        let sink = if packed {
            Sink::Gzip(Box::new(GzEncoder::new(plain, Compression::default())))
        } else {
            Sink::Plain(plain)
        };
        Self { path: path.to_owned(), part, sink: Some(sink) }
    }

    /// Writes a whole text.
    pub(crate) fn write_text(path: &Path, inputs: &[&Path], text: &str) -> Result<(), Failure> {
        let mut file = Self::create(path, inputs)?;
        file.put(text)?;
        file.finish()
    }

    /// Adds a text.
    pub(crate) fn put(&mut self, text: &str) -> Result<(), Failure> {
        self.write_all(text.as_bytes()).map_err(|error| Failure::file(&self.path, &error))
    }

    /// Puts the file in its place.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        let fault = |error: std::io::Error| Failure::file(&self.path, &error);
        match self.sink.take() {
            Some(Sink::Plain(mut plain)) => plain.flush().map_err(fault)?,
            Some(Sink::Gzip(packed)) => packed.finish().and_then(|mut plain| plain.flush()).map_err(fault)?,
            None => {}
        }
        if let Some(part) = &self.part {
            std::fs::rename(part, &self.path).map_err(fault)?;
        }
        self.part = None;
        Ok(())
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match &mut self.sink {
            Some(Sink::Plain(plain)) => plain.write(bytes),
            Some(Sink::Gzip(packed)) => packed.write(bytes),
            None => Ok(bytes.len()),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match &mut self.sink {
            Some(Sink::Plain(plain)) => plain.flush(),
            Some(Sink::Gzip(packed)) => packed.flush(),
            None => Ok(()),
        }
    }
}

impl Drop for OutputFile {
    fn drop(&mut self) {
        if let Some(part) = &self.part {
            self.sink = None;
            // What was never whole is of no use to anybody; where it cannot be removed, the failure itself is told.
            let _ = std::fs::remove_file(part);
        }
    }
}
