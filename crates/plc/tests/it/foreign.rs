//! Against another implementation of Modbus (rmodbus), at either end of the wire.
//!
//! ModbusDriver and twin share one Modbus library, so that a mistake in it would cancel out between
//! them. Here the frames of the other end are made and read by code that shares nothing with it.

use crate::plant::{Bench, LIFT, Scratch, layout, machine, stock};
use plc::registers::{Garbled, decode_report, encode_order, encode_report};
use plc::{ModbusDriver, Report, Twin, TwinOptions};
use rmodbus::client::ModbusRequest;
use rmodbus::server::ModbusFrame;
use rmodbus::server::context::ModbusContext;
use rmodbus::server::storage::ModbusStorage;
use rmodbus::{ErrorKind, ModbusProto};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;
use tower::handshake::{Action, Mode, Order, Outcome};

/// One frame of Modbus TCP, whose length stands in its fifth and sixth byte.
async fn read_frame(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut frame = vec![0; 6];
    stream.read_exact(&mut frame).await?;
    frame.resize(6 + usize::from(u16::from_be_bytes([frame[4], frame[5]])), 0);
    stream.read_exact(&mut frame[6..]).await?;
    Ok(frame)
}

/// A control system that speaks Modbus with the other implementation.
struct Client {
    stream: TcpStream,
    request: ModbusRequest,
}

impl Client {
    async fn connect(addr: SocketAddr) -> Client {
        let stream = TcpStream::connect(addr).await.expect("the twin listens");
        Client {
            stream,
            request: ModbusRequest::new(1, ModbusProto::TcpUdp),
        }
    }

    async fn exchange(&mut self, frame: &[u8]) -> Vec<u8> {
        self.stream
            .write_all(frame)
            .await
            .expect("the twin listens");
        read_frame(&mut self.stream)
            .await
            .expect("the twin answers")
    }

    async fn read(&mut self, address: u16, count: u16) -> Result<Vec<u16>, ErrorKind> {
        let mut frame = Vec::new();
        self.request
            .generate_get_holdings(address, count, &mut frame)?;
        let answer = self.exchange(&frame).await;
        let mut words = Vec::new();
        self.request.parse_u16(&answer, &mut words).map(|()| words)
    }

    async fn write(&mut self, address: u16, words: &[u16]) -> Result<(), ErrorKind> {
        let mut frame = Vec::new();
        self.request
            .generate_set_holdings_bulk(address, words, &mut frame)?;
        let answer = self.exchange(&frame).await;
        self.request.parse_ok(&answer)
    }

    /// Reads the status in three requests, again when a car changed place between them.
    async fn report(&mut self) -> Report {
        loop {
            let mut words = self.read(200, 64).await.expect("identity, head and units");
            words.extend(self.read(264, 120).await.expect("most of the table"));
            words.extend(self.read(384, 5).await.expect("the rest and the tail"));
            match decode_report(&words, &layout()) {
                Err(Garbled::Torn { .. }) => {}
                read => return read.expect("the words are a report"),
            }
        }
    }

    async fn run(&mut self, order: &Order) -> Report {
        let words = encode_order(order, &layout()).expect("the places exist");
        self.write(0, &words)
            .await
            .expect("the twin takes an order block");
        loop {
            let report = self.report().await;
            if report.status.units[order.unit.index()].finished == order.seq {
                return report;
            }
            sleep(Duration::from_millis(2)).await;
        }
    }
}

#[tokio::test]
async fn a_foreign_control_system_works_the_twin() {
    let scratch = Scratch::new("foreign");
    let twin = Twin::start(TwinOptions {
        stock: stock(&["01-1"]),
        speed: 600,
        ..TwinOptions::new(machine(), &scratch.state_file())
    })
    .await
    .expect("the twin starts");
    let mut client = Client::connect(twin.modbus_addr).await;
    let home = Order {
        epoch: 1,
        unit: LIFT,
        seq: 1,
        action: Action::Home,
    };
    assert_eq!(client.run(&home).await.status.units[0].mode, Mode::Idle);
    let action = crate::plant::carry("01-1", "bay-1");
    let report = client
        .run(&Order {
            epoch: 1,
            unit: LIFT,
            seq: 2,
            action,
        })
        .await;
    assert_eq!(report.status.units[0].outcome, Outcome::Done);
    assert!(report.status.bays[0].floor_loaded);

    // What is not in the map is refused in the words of the specification.
    assert_eq!(client.read(50, 1).await, Err(ErrorKind::IllegalDataAddress));
    assert_eq!(
        client.write(3, &[1]).await,
        Err(ErrorKind::IllegalDataAddress)
    );
    assert_eq!(
        client.write(200, &[1]).await,
        Err(ErrorKind::IllegalDataAddress)
    );
    twin.stop().await.expect("it ends well");
}

type Storage = ModbusStorage<0, 0, 0, 1_024>;

/// A PLC that speaks Modbus with the other implementation; its registers do not move by themselves.
async fn serve(listener: TcpListener, storage: Arc<Mutex<Storage>>) -> io::Result<()> {
    loop {
        let (mut stream, _) = listener.accept().await?;
        while let Ok(frame) = read_frame(&mut stream).await {
            let answer = answer(&frame, &storage).expect("the driver sends sound frames");
            stream.write_all(&answer).await?;
        }
    }
}

fn answer(request: &[u8], storage: &Mutex<Storage>) -> Result<Vec<u8>, ErrorKind> {
    let mut answer = Vec::new();
    let mut frame = ModbusFrame::new(1, request, ModbusProto::TcpUdp, &mut answer);
    frame.parse()?;
    let mut storage = storage
        .lock()
        .expect("nobody panics with the registers in hand");
    if frame.processing_required {
        if frame.readonly {
            frame.process_read(&*storage)?;
        } else {
            frame.process_write(&mut *storage)?;
        }
    }
    frame.finalize_response()?;
    Ok(answer)
}

#[tokio::test]
async fn our_driver_works_a_foreign_plc() {
    let report = Bench::homed(&["01-1", "15-4"]).report();
    let mut registers = Storage::default();
    registers
        .set_holdings_bulk(200, &encode_report(&report, &layout()))
        .expect("the block fits");
    let registers = Arc::new(Mutex::new(registers));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let addr = listener.local_addr().expect("it is bound");
    tokio::spawn(serve(listener, Arc::clone(&registers)));

    let mut driver = ModbusDriver::connect(addr, 1, &machine())
        .await
        .expect("it answers");
    assert_eq!(driver.read_report().await.expect("it answers"), report);
    let action = crate::plant::carry("15-4", "bay-1");
    let order = Order {
        epoch: report.status.epoch,
        unit: LIFT,
        seq: 2,
        action,
    };
    driver.send(&order).await.expect("it takes an order block");
    let mut written = Vec::new();
    let held = registers
        .lock()
        .expect("nobody panics with the registers in hand");
    held.get_holdings_bulk(0, 10, &mut written)
        .expect("the order block");
    let expected = encode_order(&order, &layout()).expect("the places exist");
    assert_eq!(written, expected);
}
