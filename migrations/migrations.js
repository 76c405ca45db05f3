import journal from './meta/_journal.json';
import m0000 from './0000_initial.sql';
import m0001 from './0001_history.sql';
import m0002 from './0002_coordinates_and_queries.sql';
import m0003 from './0003_events.sql';
import m0004 from './0004_config_entries.sql';
import m0005 from './0005_checks_index.sql';
import m0006 from './0006_replications.sql';
import m0007 from './0007_acl.sql';
import m0008 from './0008_frame_times.sql';
import m0009 from './0009_certificate_authority.sql';

  export default {
    journal,
    migrations: {
      m0000,
m0001,
m0002,
m0003,
m0004,
m0005,
m0006,
m0007,
m0008,
m0009
    }
  }
  