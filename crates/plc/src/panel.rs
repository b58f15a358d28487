//! The panel of the simulated machine: what people there can do, and the client to do it from afar.
//!
//! It is the physical world's door, not the control system's: a real machine has no such socket.
//! Everything here stands for a hand, a foot or an accident. One line is asked, one line is
//! answered: `ok ...` or `error: what, cure`. The lines are in `docs/protocol/twin-panel.md`.

mod act; // the acts and their lines

pub use act::{Act, FASTEST, NoAct, Reading, Sensor, USAGES};

use crate::twin::WorldView;
use kernel::Vin;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tower::job::CarSize;
use tower::tower::Place;

const DEADLINE: Duration = Duration::from_secs(5);

/// Why a line to the panel did not do what it says.
#[derive(Debug, thiserror::Error)]
pub enum PanelFault {
    /// The connection failed.
    #[error("the wire to the panel at {addr} failed")]
    Wire {
        /// Where the panel is.
        addr: SocketAddr,
        /// What failed.
        source: io::Error,
    },
    /// The world does not allow it, or the line is wrong; what, and the cure.
    #[error("the panel says no to {line:?}: {words}")]
    Refused {
        /// What was asked.
        line: String,
        /// What the panel said.
        words: String,
    },
    /// The answer is neither.
    #[error("the panel answered {line:?} with {answer:?}")]
    Garbled {
        /// What was asked.
        line: String,
        /// What came.
        answer: String,
    },
}

/// A connection to the panel of a twin.
#[derive(Debug)]
pub struct Panel {
    addr: SocketAddr,
    stream: BufReader<TcpStream>,
}

impl Panel {
    /// Connects to the panel of a twin.
    pub async fn connect(addr: SocketAddr) -> Result<Panel, PanelFault> {
        let stream = TcpStream::connect(addr)
            .await
            .map_err(|source| PanelFault::Wire { addr, source })?;
        Ok(Panel {
            addr,
            stream: BufReader::new(stream),
        })
    }

    /// Sends one line and gives what stands behind `ok`.
    pub async fn ask(&mut self, line: &str) -> Result<String, PanelFault> {
        let answer = self
            .exchange(line)
            .await
            .map_err(|source| PanelFault::Wire {
                addr: self.addr,
                source,
            })?;
        let answer = answer.trim_end();
        if let Some(words) = answer.strip_prefix("error: ") {
            let (line, words) = (line.to_owned(), words.to_owned());
            return Err(PanelFault::Refused { line, words });
        }
        match answer.strip_prefix("ok") {
            Some(rest) => Ok(rest.trim_start().to_owned()),
            None => Err(PanelFault::Garbled {
                line: line.to_owned(),
                answer: answer.to_owned(),
            }),
        }
    }

    async fn exchange(&mut self, line: &str) -> io::Result<String> {
        let ask = async {
            self.stream
                .get_mut()
                .write_all(format!("{line}\n").as_bytes())
                .await?;
            let mut answer = String::new();
            match self.stream.read_line(&mut answer).await? {
                0 => Err(io::ErrorKind::UnexpectedEof.into()),
                _ => Ok(answer),
            }
        };
        timeout(DEADLINE, ask)
            .await
            .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }

    /// Does one act and gives what happened, in words.
    pub async fn act(&mut self, act: &Act) -> Result<String, PanelFault> {
        self.ask(&act.to_string()).await
    }

    /// Looks at the whole physical world.
    pub async fn status(&mut self) -> Result<WorldView, PanelFault> {
        let text = self.ask("status").await?;
        let garbled = |_| PanelFault::Garbled {
            line: "status".to_owned(),
            answer: text.clone(),
        };
        serde_json::from_str(&text).map_err(garbled)
    }

    /// A person drives a car into an open bay, gets out and leaves.
    pub async fn drive_in(
        &mut self,
        bay: &Place,
        vin: &Vin,
        size: CarSize,
    ) -> Result<String, PanelFault> {
        let (bay, vin) = (bay.clone(), vin.clone());
        self.act(&Act::DriveIn {
            bay,
            vin,
            size,
            stays: false,
        })
        .await
    }

    /// A person gets into the car in the bay and drives out.
    pub async fn drive_out(&mut self, bay: &Place) -> Result<String, PanelFault> {
        self.act(&Act::DriveOut { bay: bay.clone() }).await
    }

    /// A person walks into a bay.
    pub async fn person_in(&mut self, bay: &Place) -> Result<String, PanelFault> {
        self.act(&Act::Person {
            bay: bay.clone(),
            inside: true,
        })
        .await
    }

    /// A person walks out of a bay.
    pub async fn person_out(&mut self, bay: &Place) -> Result<String, PanelFault> {
        self.act(&Act::Person {
            bay: bay.clone(),
            inside: false,
        })
        .await
    }

    /// A lift gets stuck.
    pub async fn jam(&mut self, lift: &Place) -> Result<String, PanelFault> {
        self.act(&Act::Jam { lift: lift.clone() }).await
    }

    /// Mechanics free every lift and acknowledge at the machine.
    pub async fn clear_jam(&mut self) -> Result<String, PanelFault> {
        self.act(&Act::ClearJam).await
    }

    /// A sensor shows something else than what is there.
    pub async fn lie(
        &mut self,
        sensor: Sensor,
        place: &Place,
        reading: Reading,
    ) -> Result<String, PanelFault> {
        self.act(&Act::Lie {
            sensor,
            place: place.clone(),
            reading,
        })
        .await
    }

    /// All sensors show what is there.
    pub async fn honest(&mut self) -> Result<String, PanelFault> {
        self.act(&Act::Honest).await
    }

    /// The PLC loses its power and its memory.
    pub async fn power_cut(&mut self) -> Result<String, PanelFault> {
        self.act(&Act::PowerCut).await
    }

    /// The PLC boots, with a new epoch.
    pub async fn power_on(&mut self) -> Result<String, PanelFault> {
        self.act(&Act::PowerOn).await
    }

    /// Time in the simulated world runs so many times faster.
    pub async fn speed(&mut self, times: u32) -> Result<String, PanelFault> {
        self.act(&Act::Speed(times)).await
    }

    /// A person presses the emergency stop.
    pub async fn emergency_stop(&mut self) -> Result<String, PanelFault> {
        self.act(&Act::EmergencyStop).await
    }

    /// A person releases the stop at the machine.
    pub async fn release_stop(&mut self) -> Result<String, PanelFault> {
        self.act(&Act::ReleaseStop).await
    }

    /// A person acknowledges a fault at the machine.
    pub async fn acknowledge(&mut self) -> Result<String, PanelFault> {
        self.act(&Act::Acknowledge).await
    }
}
