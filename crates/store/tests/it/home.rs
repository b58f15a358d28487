//! Every kind of home a store can have, so that one story is told about all of them.
//!
//! `everywhere!` makes of a story one test for each: a folder, a PostgreSQL server at READ
//! COMMITTED, and the same at SERIALIZABLE, which stands in for stricter databases. With
//! `AUTOMAT_CITUS_URL` set, the story is also told on Citus, its tables distributed.

use crate::postgres::Postgres;
use crate::proxy::Proxy;
use crate::shop::{self, Folder};
use store::{Place, Store};

/// Where a story takes place.
pub(crate) enum Home {
    /// A folder.
    Folder(Folder),
    /// A database of its own on a server.
    Server(Postgres),
}

impl Home {
    pub(crate) fn folder(name: &str) -> Home {
        Home::Folder(Folder::new(name))
    }

    pub(crate) fn server(isolation: &str) -> Home {
        Home::Server(Postgres::new(isolation))
    }

    pub(crate) fn place(&self) -> Place {
        match self {
            Home::Folder(folder) => Place::Folder(folder.path().to_owned()),
            Home::Server(postgres) => Place::Server(postgres.address()),
        }
    }

    pub(crate) fn open(&self) -> Store {
        shop::open(&self.place())
    }

    /// Gives the way to this server over a wire that is cut around commits.
    pub(crate) fn behind_a_wire(&self) -> (Proxy, Place) {
        match self {
            Home::Folder(_) => panic!("there is no wire to a folder"),
            Home::Server(postgres) => {
                let proxy = Proxy::before(&postgres.url());
                let place = Place::Server(postgres.address_at(proxy.port));
                (proxy, place)
            }
        }
    }

    /// Opens the file of a folder, to damage it.
    pub(crate) fn file(&self) -> rusqlite::Connection {
        match self {
            Home::Folder(folder) => folder.database(),
            Home::Server(_) => panic!("only a folder has a file"),
        }
    }

    /// Carries out statements behind the store's back.
    pub(crate) fn script(&self, text: &str) {
        match self {
            Home::Folder(folder) => folder.database().execute_batch(text).expect(text),
            Home::Server(postgres) => postgres.script(text),
        }
    }

    /// Reads rows behind the store's back, each as text.
    pub(crate) fn rows(&self, question: &str) -> Vec<String> {
        match self {
            Home::Folder(folder) => folder.rows(question),
            Home::Server(postgres) => postgres.rows(question),
        }
    }

    /// Says whether several processes may open it at once.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self, Home::Server(_))
    }
}

/// Makes tests of stories: functions that take a home.
macro_rules! everywhere {
    ($($story:ident),* $(,)?) => {$(
        mod $story {
            use crate::home::Home;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn in_a_folder() {
                super::$story(&Home::folder("story")).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_a_server() {
                super::$story(&Home::server("read committed")).await;
                if let Some(citus) = crate::postgres::citus() {
                    super::$story(&Home::Server(citus)).await;
                }
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_a_serializable_server() {
                super::$story(&Home::server("serializable")).await;
            }
        }
    )*};
}
pub(crate) use everywhere;
