//! The keyring in a file: what a laptop and a single machine use.

use std::{
    fs::{File, OpenOptions},
    io::{ErrorKind, Read, Write},
    path::{Path, PathBuf},
};

use ring::signature::{Ed25519KeyPair, KeyPair};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{
    Answer, KeyUse, Keyring,
    cipher::{Cipher, KEY_LEN, random},
};
use crate::{Error, Result, ledger::PublicKey};

/// A keyring in a file that only its owner reads.
pub struct FileKeyring {
    name: String,
    cipher: Cipher,
    signer: Ed25519KeyPair,
}

/// The file's content.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: String,
    format_version: u32,
    id: uuid::Uuid,
    /// Base64 of the key that wraps.
    wrapping: String,
    /// Base64 of the seed of the Ed25519 key that signs checkpoints.
    signing: String,
}

const FORMAT: &str = "plimsoll-keyring";
/// What keys were wrapped with before they were bound to their use; such rows are still read.
const CONTEXT: &[u8] = b"plimsoll key wrapped by a keyring file";
/// More bytes than any keyring file has.
const MAX_BYTES: u64 = 64 * 1024;

impl FileKeyring {
    /// Reads the file, or makes it with new keys where there is none.
    ///
    /// # Errors
    /// [`Error::File`] where it cannot be read or made, [`Error::Keyring`] where others may read it or its content is
    /// no keyring.
    pub fn open(path: &Path) -> Result<Self> {
        let file = |source| Error::File { path: path.display().to_string(), source };
        match File::open(path) {
            Ok(opened) => {
                refuse_if_others_read(path, &opened)?;
                let mut text = Zeroizing::new(String::new());
                opened.take(MAX_BYTES).read_to_string(&mut text).map_err(file)?;
                Self::read(path, &text)
            }
            Err(missing) if missing.kind() == ErrorKind::NotFound => {
                let text = Zeroizing::new(new_document()?);
                create(path, text.as_bytes()).map_err(file)?;
                Self::read(path, &text)
            }
            Err(source) => Err(file(source)),
        }
    }

    fn read(path: &Path, text: &str) -> Result<Self> {
        let refuse =
            |problem: &str| Error::Keyring(format!("{}: {problem}; restore the file from its backup", path.display()));
        let document: Document = serde_json::from_str(text).map_err(|_| refuse("not a keyring"))?;
        if document.format != FORMAT || document.format_version != 1 {
            return Err(refuse("not a keyring of a version that this build reads"));
        }
        let wrapping = key(&document.wrapping).ok_or_else(|| refuse("`wrapping` is not a key"))?;
        let signing = key(&document.signing).ok_or_else(|| refuse("`signing` is not a key"))?;
        let signer = Ed25519KeyPair::from_seed_unchecked(&*signing).map_err(|_| refuse("`signing` is not a key"))?;
        Ok(Self { name: format!("file:{}", document.id), cipher: Cipher::new(&wrapping)?, signer })
    }
}

fn key(base64: &str) -> Option<Zeroizing<[u8; KEY_LEN]>> {
    let bytes = Zeroizing::new(super::from_base64(base64)?);
    <[u8; KEY_LEN]>::try_from(bytes.as_slice()).ok().map(Zeroizing::new)
}

fn new_document() -> Result<String> {
    let document = Document {
        format: FORMAT.to_owned(),
        format_version: 1,
        id: uuid::Uuid::new_v4(),
        wrapping: super::to_base64(&*random::<KEY_LEN>()?),
        signing: super::to_base64(&*random::<KEY_LEN>()?),
    };
    serde_json::to_string_pretty(&document).map_err(|problem| Error::Keyring(problem.to_string()))
}

/// Writes under another name first, so that a file that exists is whole; never over one that is there.
fn create(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(format!(".{}", uuid::Uuid::new_v4().simple()));
    let unfinished = PathBuf::from(unfinished);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&unfinished)?;
    file.write_all(content)?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&unfinished, path);
    std::fs::remove_file(&unfinished)?;
    linked?;
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(unix)]
fn refuse_if_others_read(path: &Path, file: &File) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let source = |source| Error::File { path: path.display().to_string(), source };
    let mode = file.metadata().map_err(source)?.permissions().mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let (path, mode) = (path.display(), mode & 0o777);
    Err(Error::Keyring(format!("{path} may be read by others (mode {mode:o}); run `chmod 600 {path}`")))
}

#[cfg(not(unix))]
fn refuse_if_others_read(_: &Path, _: &File) -> Result<()> {
    Ok(())
}

impl Keyring for FileKeyring {
    fn name(&self) -> &str {
        &self.name
    }

    fn wrap<'a>(&'a self, of: KeyUse, key: &'a [u8]) -> Answer<'a, Vec<u8>> {
        Box::pin(async move { self.cipher.seal(&context(of), key) })
    }

    fn unwrap<'a>(&'a self, of: KeyUse, name: &'a str, wrapped: &'a [u8]) -> Answer<'a, Zeroizing<Vec<u8>>> {
        Box::pin(async move {
            let opened = self.cipher.open(&context(of), wrapped).or_else(|| self.cipher.open(CONTEXT, wrapped));
            opened.ok_or_else(|| {
                Error::Keyring(format!(
                    "this keyring ({}) cannot open what keyring `{name}` wrapped; point at the keyring that belongs to \
                     this database, or move its keys to this one with `plimsoll keyring rewrap --from`",
                    self.name
                ))
            })
        })
    }

    fn sign<'a>(&'a self, message: &'a [u8]) -> Answer<'a, Vec<u8>> {
        Box::pin(async move { Ok(self.signer.sign(message).as_ref().to_vec()) })
    }

    fn public_key(&self) -> Result<PublicKey> {
        let key = self.signer.public_key().as_ref().try_into();
        key.map(PublicKey::ed25519).map_err(|_| Error::Keyring("its public key is not of 32 bytes".to_owned()))
    }
}

/// What a wrapped key is bound to.
fn context(of: KeyUse) -> Vec<u8> {
    format!("plimsoll key {} for {} wrapped by a keyring file", of.id, of.purpose).into_bytes()
}

impl std::fmt::Debug for FileKeyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FileKeyring").field("name", &self.name).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::sealing::Purpose;

    #[tokio::test]
    async fn what_it_wraps_is_bound_to_its_use_and_what_it_wrapped_before_still_opens() {
        let folder = tempfile::tempdir().unwrap();
        let keyring = FileKeyring::open(&folder.path().join("keyring.json")).unwrap();
        let of = KeyUse { id: Uuid::from_u128(1), purpose: Purpose::Applicants };
        let wrapped = keyring.wrap(of, &[7; KEY_LEN]).await.unwrap();
        assert_eq!(keyring.unwrap(of, keyring.name(), &wrapped).await.unwrap().as_slice(), [7; KEY_LEN]);
        let others = [KeyUse { id: Uuid::from_u128(2), ..of }, KeyUse { purpose: Purpose::Lookup, ..of }];
        for other in others {
            let refused = keyring.unwrap(other, keyring.name(), &wrapped).await.unwrap_err().to_string();
            assert!(refused.contains("keyring rewrap --from"), "{refused}");
        }
        let before = keyring.cipher.seal(CONTEXT, &[8; KEY_LEN]).unwrap();
        assert_eq!(keyring.unwrap(of, keyring.name(), &before).await.unwrap().as_slice(), [8; KEY_LEN]);
    }
}
